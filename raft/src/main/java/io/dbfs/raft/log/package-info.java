/**
 * A replicated log's records in files of equal size, which are used again: a batch becomes durable by one write past the page
 * cache into blocks that the file has already.
 */
@NullMarked
package io.dbfs.raft.log;

import org.jspecify.annotations.NullMarked;
