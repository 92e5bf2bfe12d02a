/** How loaded this host is, and how full the disk under its data directory: the figures that placement goes by. */
@NullMarked
package io.dbfs.common.host;

import org.jspecify.annotations.NullMarked;
