/** Chunk bytes on the wire: the client's end of writing and of reading a chunk, which nodes are as well among each other. */
@NullMarked
package io.dbfs.common.bulk;

import org.jspecify.annotations.NullMarked;
