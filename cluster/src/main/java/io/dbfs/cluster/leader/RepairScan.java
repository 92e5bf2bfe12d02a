package io.dbfs.cluster.leader;

import io.dbfs.cluster.contents.ContentsView;
import java.util.function.LongPredicate;

/**
 * In which order chunks that wait for repair are considered: those without a whole copy, then those with one, and so on. Of those
 * without one only a few for each request, for most of them are waiting for a node to come back. What a request did not get to is
 * where the next one begins, so that chunks that cannot be repaired never keep others waiting. Used under its owner's lock.
 */
final class RepairScan {
    /** Chunks without a whole copy considered for one request. */
    static final int LOST_MAX = 128;
    /** Other chunks considered for one request. */
    static final int SCAN_MAX = 1024;

    private final Cursor lost = new Cursor();
    private final Cursor waiting = new Cursor();

    /** Where a scan goes on, in (copies, id). */
    private static final class Cursor {
        private int copies;
        private long after;
    }

    /** Hands waiting chunks to {@code visitor}, which returns whether it wants more. */
    void visit(ContentsView view, LongPredicate visitor) {
        if (scan(view, lost, 0, 0, LOST_MAX, visitor)) {
            int most = Math.max(1, view.cluster().getReplicas() - 1);
            boolean unused = scan(view, waiting, 1, most, SCAN_MAX, visitor);
        }
    }

    void clear() {
        lost.after = 0;
        waiting.copies = 0;
        waiting.after = 0;
    }

    /** Scans from the cursor on; false when the visitor wants no more. */
    private static boolean scan(
            ContentsView view, Cursor cursor, int fewest, int most, int limit, LongPredicate visitor) {
        int[] left = {limit};
        boolean[] wanted = {true};
        int copies = Math.max(fewest, cursor.copies);
        for (; copies <= most && wanted[0] && left[0] > 0; copies++) {
            long from = copies == cursor.copies ? cursor.after : 0;
            cursor.copies = copies;
            view.belowCopies(copies, from, chunk -> {
                cursor.after = chunk;
                wanted[0] = visitor.test(chunk);
                return --left[0] > 0 && wanted[0];
            });
        }
        // The end was reached, or there was enough to do: the next request begins with the most endangered again.
        if (left[0] > 0) {
            cursor.copies = 0;
            cursor.after = 0;
        }
        return wanted[0];
    }
}
