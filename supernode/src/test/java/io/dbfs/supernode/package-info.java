@NullMarked
package io.dbfs.supernode;

import org.jspecify.annotations.NullMarked;
