/** In-memory twins of the adapters, for tests and for a group of one that needs no disk. */
@NullMarked
package io.dbfs.raft.memory;

import org.jspecify.annotations.NullMarked;
