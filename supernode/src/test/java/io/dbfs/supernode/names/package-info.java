@NullMarked
package io.dbfs.supernode.names;

import org.jspecify.annotations.NullMarked;
