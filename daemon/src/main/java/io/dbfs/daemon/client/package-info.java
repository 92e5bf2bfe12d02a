/** The daemon's clients of supernode and clusters: leaders are found, retries happen and sessions are kept here. */
@NullMarked
package io.dbfs.daemon.client;

import org.jspecify.annotations.NullMarked;
