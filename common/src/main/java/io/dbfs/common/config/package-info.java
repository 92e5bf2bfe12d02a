/**
 * Typed configuration. A role lists its keys once, as {@link io.dbfs.common.config.Setting}s in a {@link
 * io.dbfs.common.config.Schema}; reading, checking, and the table in the README all come from that list.
 */
@NullMarked
package io.dbfs.common.config;

import org.jspecify.annotations.NullMarked;
