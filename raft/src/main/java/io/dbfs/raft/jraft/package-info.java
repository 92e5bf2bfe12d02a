/** Replication by JRaft. The only place that knows JRaft. */
@NullMarked
package io.dbfs.raft.jraft;

import org.jspecify.annotations.NullMarked;
