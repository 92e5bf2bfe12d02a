/** What the committing thread reads over and over, kept in memory in front of a store. */
@NullMarked
package io.dbfs.raft.cache;

import org.jspecify.annotations.NullMarked;
