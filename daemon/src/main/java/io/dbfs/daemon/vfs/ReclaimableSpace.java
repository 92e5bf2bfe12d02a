package io.dbfs.daemon.vfs;

/** What a writer that finds no room can do for it. */
interface ReclaimableSpace {
    /** Releases what this mount holds; whether there may be more room soon. */
    boolean release();
}
