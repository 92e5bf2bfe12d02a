/** The few calls into libfuse and the C library that both adapters need: mounting, unmounting, the device. */
@NullMarked
package io.dbfs.fuse.libfuse;

import org.jspecify.annotations.NullMarked;
