/**
 * A cluster's contents as a deterministic state machine: files, extents, chunk records, nodes. One file for each
 * operation. Pure: no clock, no thread, no I/O but the state view.
 */
@NullMarked
package io.dbfs.cluster.contents;

import org.jspecify.annotations.NullMarked;
