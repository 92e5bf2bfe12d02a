/** Chunk bytes between this daemon and the storage nodes. */
@NullMarked
package io.dbfs.daemon.chunk;

import org.jspecify.annotations.NullMarked;
