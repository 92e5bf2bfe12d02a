/** Rules of the structure that the build holds. */
@NullMarked
package io.dbfs.test.architecture;

import org.jspecify.annotations.NullMarked;
