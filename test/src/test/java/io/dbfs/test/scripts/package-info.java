/** The scripts that build, test and verify. */
@NullMarked
package io.dbfs.test.scripts;

import org.jspecify.annotations.NullMarked;
