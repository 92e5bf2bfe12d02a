package io.dbfs.supernode.registry;

/**
 * A cluster that may become a new file's home.
 *
 * @param freeBytes what it still takes, at its number of copies
 * @param load mean load of its nodes, 0 to 1
 */
record HomeCandidate(int cluster, long freeBytes, double load) {
    /** A cluster that is busy all the time still takes some, for load is also what leaves when nothing comes. */
    private static final double IDLE_SHARE_MIN = 0.05;

    HomeCandidate {
        if (freeBytes < 0) {
            throw new IllegalArgumentException("free bytes: " + freeBytes + " (expected: >= 0)");
        }
        if (!(load >= 0 && load <= 1)) {
            throw new IllegalArgumentException("load: " + load + " (expected: 0 to 1)");
        }
    }

    double weight() {
        return freeBytes * Math.max(IDLE_SHARE_MIN, 1 - load);
    }
}
