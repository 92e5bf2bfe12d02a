/** A storage node's process: it joins its cluster, reports itself, takes work, and stands ready to lead. */
@NullMarked
package io.dbfs.cluster.node;

import org.jspecify.annotations.NullMarked;
