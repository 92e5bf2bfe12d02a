/**
 * The adapter that speaks the kernel's own protocol (FUSE 7.31 and newer, {@code linux/fuse.h}). libfuse only mounts; our
 * threads read requests from the device and write replies to it. Fields are read and written in the order in which the
 * kernel's structs have them.
 */
@NullMarked
package io.dbfs.fuse.kernel;

import org.jspecify.annotations.NullMarked;
