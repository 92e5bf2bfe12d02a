/** What DBFS achieves, beside the same work on the local disk in the same run. */
@NullMarked
package io.dbfs.test.bench;

import org.jspecify.annotations.NullMarked;
