/** Random sequences of system calls, made on DBFS and on a local filesystem, whose every outcome must be the same. */
@NullMarked
package io.dbfs.test.differential;

import org.jspecify.annotations.NullMarked;
