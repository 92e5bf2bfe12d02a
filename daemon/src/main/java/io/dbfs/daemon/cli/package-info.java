/** The {@code dbfs} command: reads arguments and files, starts what they ask for, and says in one line what is wrong. */
@NullMarked
package io.dbfs.daemon.cli;

import org.jspecify.annotations.NullMarked;
