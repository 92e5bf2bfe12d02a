/**
 * What the leader remembers of clusters and nodes from their reports, and the choices it makes by it. All in memory: a
 * new leader hears everything again within a second.
 */
@NullMarked
package io.dbfs.supernode.registry;

import org.jspecify.annotations.NullMarked;
