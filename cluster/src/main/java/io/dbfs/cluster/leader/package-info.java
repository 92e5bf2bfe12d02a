/**
 * What a cluster's leader does: answers clients from the replicated state, places chunks, watches the nodes and has
 * copies made. What it knows beyond the state is in memory and rebuilt from heartbeats.
 */
@NullMarked
package io.dbfs.cluster.leader;

import org.jspecify.annotations.NullMarked;
