/** The ports of a replicated state machine. Pure: no JRaft, no RocksDB, no clock in here. */
@NullMarked
package io.dbfs.raft;

import org.jspecify.annotations.NullMarked;
