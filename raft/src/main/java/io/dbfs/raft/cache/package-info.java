/** What stands in memory in front of a store: what the committing thread reads over and over, and its last commit. */
@NullMarked
package io.dbfs.raft.cache;

import org.jspecify.annotations.NullMarked;
