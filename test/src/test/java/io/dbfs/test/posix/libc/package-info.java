/** System calls as programs make them, by any user: what the JDK hides is what a POSIX test is about. */
@NullMarked
package io.dbfs.test.posix.libc;

import org.jspecify.annotations.NullMarked;
