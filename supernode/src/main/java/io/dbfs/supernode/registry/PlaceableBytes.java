package io.dbfs.supernode.registry;

import java.util.Comparator;
import java.util.List;

/** What nodes can store together when every chunk has its copies on different nodes. */
final class PlaceableBytes {
    private PlaceableBytes() {}

    /**
     * Bytes of contents. Of these at most one copy is on each node: however few the largest nodes are, the copies that do not fit there
     * have to fit on the others.
     *
     * @param freeBytes of each node
     */
    static long of(List<Long> freeBytes, int copies) {
        List<Long> descending =
                freeBytes.stream().sorted(Comparator.reverseOrder()).toList();
        if (descending.size() < copies) {
            return 0;
        }
        long others = descending.stream().mapToLong(Long::longValue).sum();
        long placeable = Long.MAX_VALUE;
        for (int largest = 0; largest < copies; largest++) {
            placeable = Math.min(placeable, others / (copies - largest));
            others -= descending.get(largest);
        }
        return placeable;
    }
}
