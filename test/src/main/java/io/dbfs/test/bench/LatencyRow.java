package io.dbfs.test.bench;

import java.util.List;

/**
 * How long after a call had returned on one mount its effect was seen on another.
 *
 * @param samples how often it was measured
 */
record LatencyRow(String suite, String id, String label, int samples, double median, double late, double most) {
    static final String UNIT = "ms";
    /** The share of samples that were not later than {@link #late}. */
    static final double LATE_SHARE = 0.95;

    /** Of milliseconds in ascending order. */
    static LatencyRow of(String suite, String id, String label, List<Double> sorted) {
        int count = sorted.size();
        return new LatencyRow(
                suite,
                id,
                label,
                count,
                sorted.get(count / 2),
                sorted.get((int) ((count - 1) * LATE_SHARE)),
                sorted.get(count - 1));
    }
}
