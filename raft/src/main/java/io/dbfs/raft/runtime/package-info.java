/** What every replica does around its state machine: the form of a log entry, log time, and remembered outcomes. */
@NullMarked
package io.dbfs.raft.runtime;

import org.jspecify.annotations.NullMarked;
