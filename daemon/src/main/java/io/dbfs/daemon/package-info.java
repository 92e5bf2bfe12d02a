/** The local daemon and the dbfs command. */
@NullMarked
package io.dbfs.daemon;

import org.jspecify.annotations.NullMarked;
