@NullMarked
package io.dbfs.supernode.release;

import org.jspecify.annotations.NullMarked;
