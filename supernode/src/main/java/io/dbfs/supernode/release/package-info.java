/** Tells clusters to drop the contents of files that are gone. */
@NullMarked
package io.dbfs.supernode.release;

import org.jspecify.annotations.NullMarked;
