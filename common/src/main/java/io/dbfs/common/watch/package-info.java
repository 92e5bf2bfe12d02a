/** A group's changes, told to those who cache its state: the leader's side, and the times both sides agree on. */
@NullMarked
package io.dbfs.common.watch;

import org.jspecify.annotations.NullMarked;
