package io.dbfs.fuse;

/** The ways to talk to the kernel. */
public enum Adapter {
    /** The kernel's own protocol on the FUSE device. */
    KERNEL,
    /** jnr-fuse's path API on libfuse 2. */
    JNR
}
