/** The filesystem of one mount: handles, caches, write-back and read-ahead over names, contents and chunks. */
@NullMarked
package io.dbfs.daemon.vfs;

import org.jspecify.annotations.NullMarked;
