/**
 * The namespace as a deterministic state machine: directories, entries, inodes, xattrs, orphans, sessions and the
 * clusters' names. One file for each operation; no clock, no I/O but the state view.
 */
@NullMarked
package io.dbfs.supernode.names;

import org.jspecify.annotations.NullMarked;
