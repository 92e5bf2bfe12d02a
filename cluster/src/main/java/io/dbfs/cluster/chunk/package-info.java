/** A node's chunks: the store on its disk, the service that receives, forwards and serves them, and copying between nodes. */
@NullMarked
package io.dbfs.cluster.chunk;

import org.jspecify.annotations.NullMarked;
