package io.dbfs.fuse.kernel;

/** Where replies and notices go. */
@FunctionalInterface
interface Outlet {
    /**
     * Sends a reply or a notice in one piece.
     *
     * @return whether the kernel took it; it does not when nobody waits for it any more
     */
    boolean send(long address, int length);
}
