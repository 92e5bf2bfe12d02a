/** The state of a replica in RocksDB. The only place, beside JRaft itself, that knows RocksDB. */
@NullMarked
package io.dbfs.raft.rocksdb;

import org.jspecify.annotations.NullMarked;
