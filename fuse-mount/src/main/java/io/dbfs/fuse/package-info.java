/** The port between the kernel and DBFS: {@link io.dbfs.fuse.FileSystem} and the values it takes and gives. */
@NullMarked
package io.dbfs.fuse;

import org.jspecify.annotations.NullMarked;
