package io.dbfs.test.bench;

import java.util.List;
import java.util.Optional;

/**
 * A speed or size to reach.
 *
 * @param what in words
 * @param unit of both figures
 * @param atMost whether less is better
 * @param measured empty when that experiment did not run
 */
record Target(String what, String unit, double wanted, boolean atMost, Optional<Double> measured) {
    /** What the project wants of two cores that carry everything, with two copies. */
    static List<Target> of(Report report) {
        return List.of(
                ratio("1 GiB written and fsynced, of the local disk", 0.4, report.row("upload-1GiB")),
                ratio("1 GiB read cold, of the local disk", 0.6, report.row("download-1GiB")),
                rate("4 KiB overwritten and fsynced", 800, report.row("overwrite-fsync")),
                rate("4 KiB files created, written, closed", 500, report.row("small-files")),
                memory("mount", 400, report),
                memory("node", 500, report),
                memory("supernode", 400, report));
    }

    private static Target ratio(String what, double wanted, Optional<Row> row) {
        return new Target(what, "", wanted, false, row.map(Row::ratio));
    }

    private static Target rate(String what, double wanted, Optional<Row> row) {
        return new Target(what, "/s", wanted, false, row.map(Row::dbfs));
    }

    private static Target memory(String role, double wanted, Report report) {
        return new Target("memory of " + role + " at most", "MiB", wanted, true, report.peakMebibytes(role));
    }

    /** Says met, missed, or not measured. */
    String verdict() {
        return measured.map(value -> (atMost ? value <= wanted : value >= wanted) ? "met" : "MISSED")
                .orElse("not measured");
    }
}
