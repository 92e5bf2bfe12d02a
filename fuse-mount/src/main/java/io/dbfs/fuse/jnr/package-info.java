/**
 * The adapter on jnr-fuse's path API. libfuse 2 keeps the kernel's inodes and gives paths, so this adapter finds every
 * inode by name again, and what a path cannot say is lost: the attributes of a file without a name, hard links as one
 * inode, rename flags, names that are not UTF-8.
 */
@NullMarked
package io.dbfs.fuse.jnr;

import org.jspecify.annotations.NullMarked;
