/** The vocabulary every module speaks: identities, names, attributes, errors. Immutable values, no I/O. */
@NullMarked
package io.dbfs.common;

import org.jspecify.annotations.NullMarked;
