/** Servers inside the {@code dbfs} process: one of them for its own command, or a whole system for {@code dbfs up}. */
@NullMarked
package io.dbfs.daemon.local;

import org.jspecify.annotations.NullMarked;
