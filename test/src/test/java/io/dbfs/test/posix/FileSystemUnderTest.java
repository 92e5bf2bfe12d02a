package io.dbfs.test.posix;

/** Where the same test runs. */
public enum FileSystemUnderTest {
    /** The filesystem of the build directory: a test that fails here is wrong. */
    LOCAL,
    /** DBFS by the kernel's own protocol. */
    KERNEL,
    /** DBFS by jnr-fuse's path API. */
    JNR
}
