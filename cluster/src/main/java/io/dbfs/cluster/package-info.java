/** DBFS cluster. */
@NullMarked
package io.dbfs.cluster;

import org.jspecify.annotations.NullMarked;
