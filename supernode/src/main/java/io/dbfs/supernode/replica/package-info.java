/** The replicated namespace as this process reaches it. */
@NullMarked
package io.dbfs.supernode.replica;

import org.jspecify.annotations.NullMarked;
