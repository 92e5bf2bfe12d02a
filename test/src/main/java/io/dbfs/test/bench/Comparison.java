package io.dbfs.test.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Does the same work on both sides, one right after the other, and reports the medians. */
final class Comparison {
    private static final double GIBIBYTE = 1 << 30;
    /** Whoever transfers a byte leaves it in memory: on the local side, at two nodes, at the mount. */
    private static final int PAGE_CACHES = 4;
    /** What this process and its load generators spend is shown under this name. */
    private static final String CLIENT = "client";

    private final String suite;
    private final Side dbfs;
    private final Side local;
    private final Report report;
    private final Progress progress;
    private final Watchdog watchdog;
    private final HostMemory memory;

    Comparison(
            String suite,
            Side dbfs,
            Side local,
            Report report,
            Progress progress,
            Watchdog watchdog,
            HostMemory memory) {
        this.suite = suite;
        this.dbfs = dbfs;
        this.local = local;
        this.report = report;
        this.progress = progress;
        this.watchdog = watchdog;
        this.memory = memory;
    }

    /** What is done in one round of a comparison. */
    interface Round {
        double rate(Path directory, int round) throws IOException;
    }

    /** Does the work once on each side. */
    void once(String id, String label, String unit, Work work) throws IOException {
        rounds(id, label, unit, 1, (directory, round) -> work.rate(directory));
    }

    /** Does the work several times, the sides in turn; a round knows its number, from 0. */
    void rounds(String id, String label, String unit, int rounds, Round work) throws IOException {
        rounds(id, label, unit, rounds, 0, work);
    }

    /**
     * Transfers so many bytes in each of several rounds, the sides in turn, and reports what each process spent on
     * DBFS's share when that is 1 GiB or more.
     */
    void transfers(String id, String label, int rounds, long bytes, Round work) throws IOException {
        Map<String, Double> spent = new LinkedHashMap<>();
        rounds(id, label, "MB/s", rounds, bytes, (directory, round) -> {
            if (!directory.equals(dbfs.directory())) {
                return work.rate(directory, round);
            }
            Map<String, Double> before = cpuSeconds();
            double rate = work.rate(directory, round);
            cpuSeconds()
                    .forEach((process, after) -> spent.merge(process, spentSince(before, process, after), Double::sum));
            return rate;
        });
        if (bytes < GIBIBYTE) {
            // Processor time is counted in ticks of 10 ms, in which less would drown.
            return;
        }
        spent.forEach((process, seconds) ->
                report.add(new CpuRow(suite, id, label, process, seconds * GIBIBYTE / bytes / rounds)));
    }

    private static double spentSince(Map<String, Double> before, String process, double after) {
        return after - before.getOrDefault(process, after);
    }

    private void rounds(String id, String label, String unit, int rounds, long bytes, Round work) throws IOException {
        List<Double> there = new ArrayList<>();
        List<Double> here = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            memory.touch(bytes * PAGE_CACHES);
            // What the first leaves to the disk slows the second: neither is always the second.
            if (i % 2 == 0) {
                here.add(timed(label, local, work, i));
                there.add(timed(label, dbfs, work, i));
            } else {
                there.add(timed(label, dbfs, work, i));
                here.add(timed(label, local, work, i));
            }
        }
        report.add(new Row(suite, id, label, unit, median(there), median(here)));
    }

    /** Empties the caches of both sides. */
    void goCold() throws IOException {
        progress.step(suite + ": emptying caches");
        watchdog.within("emptying caches", () -> {
            local.goCold();
            dbfs.goCold();
            return true;
        });
    }

    /** Does something on both sides that is not measured. */
    void unmeasured(String what, Work work) throws IOException {
        timed(what, local, (directory, round) -> work.rate(directory), 0);
        timed(what, dbfs, (directory, round) -> work.rate(directory), 0);
    }

    private double timed(String label, Side side, Round work, int round) throws IOException {
        String where = side == dbfs ? "DBFS" : "local";
        progress.step(suite + ": " + label + ", " + where);
        return watchdog.within(label + ", " + where, () -> work.rate(side.directory(), round));
    }

    private Map<String, Double> cpuSeconds() throws IOException {
        Map<String, Double> seconds = new LinkedHashMap<>();
        for (Watched process : dbfs.processes()) {
            seconds.put(process.name(), ProcessFigures.cpuSeconds(process.pid()));
        }
        seconds.put(CLIENT, ProcessFigures.cpuSeconds(ProcessHandle.current().pid()));
        return seconds;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }
}
