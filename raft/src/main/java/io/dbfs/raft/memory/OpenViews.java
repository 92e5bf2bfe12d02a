package io.dbfs.raft.memory;

import java.util.TreeMap;
import java.util.function.LongSupplier;

/** The indexes that open views see, each with the number of its views. Thread-safe. */
final class OpenViews {
    private final TreeMap<Long, Integer> viewsByIndex = new TreeMap<>();

    /** Opens a view of the newest index, which is asked under the lock so that no commit forgets it in between. */
    synchronized long open(LongSupplier newest) {
        long index = newest.getAsLong();
        viewsByIndex.merge(index, 1, Integer::sum);
        return index;
    }

    synchronized void close(long index) {
        viewsByIndex.computeIfPresent(index, (same, views) -> views == 1 ? null : views - 1);
    }

    /** The oldest index that is seen, {@code newest} when there is no view. */
    synchronized long horizon(long newest) {
        return viewsByIndex.isEmpty() ? newest : Math.min(newest, viewsByIndex.firstKey());
    }
}
