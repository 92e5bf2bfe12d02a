@NullMarked
package io.dbfs.supernode.registry;

import org.jspecify.annotations.NullMarked;
