/** POSIX, call by call and errno by errno, on a local filesystem and on DBFS by each adapter. */
@NullMarked
package io.dbfs.test.posix;

import org.jspecify.annotations.NullMarked;
