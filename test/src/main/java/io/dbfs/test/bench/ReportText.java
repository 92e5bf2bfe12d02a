package io.dbfs.test.bench;

import java.util.List;
import java.util.Locale;

/** The report as tables for people. */
final class ReportText {
    private static final int LABEL_WIDTH = 46;

    private final StringBuilder text = new StringBuilder();

    private ReportText() {}

    static String of(Report report) {
        ReportText text = new ReportText();
        text.rates(report.rows());
        text.cpu(report.cpu());
        text.memory(report.memory());
        text.latencies(report.latencies());
        text.targets(Target.of(report));
        return text.text.toString();
    }

    private void rates(List<Row> rows) {
        String suite = "";
        for (Row row : rows) {
            if (!row.suite().equals(suite)) {
                suite = row.suite();
                heading(suite);
                line("%10s %10s %-9s %6s", "DBFS", "local", "unit", "ratio");
            }
            label(row.label());
            line("%10s %10s %-9s %6.2f", figure(row.dbfs()), figure(row.local()), row.unit(), row.ratio());
        }
    }

    private void cpu(List<CpuRow> rows) {
        String group = "";
        for (CpuRow row : rows) {
            String here = row.suite() + ": " + row.label();
            if (!here.equals(group)) {
                group = here;
                heading(here);
                line("%10s", "CPU s/GiB");
            }
            label(row.process());
            line("%10.2f", row.secondsPerGibibyte());
        }
    }

    private void memory(List<MemoryRow> rows) {
        String suite = "";
        for (MemoryRow row : rows) {
            if (!row.suite().equals(suite)) {
                suite = row.suite();
                heading(suite + ": resident memory");
                line("%10s %10s %-9s", "end", "peak", "unit");
            }
            label(row.process());
            line("%10.0f %10.0f %-9s", row.endMebibytes(), row.peakMebibytes(), "MiB");
        }
    }

    private void latencies(List<LatencyRow> rows) {
        String suite = "";
        for (LatencyRow row : rows) {
            if (!row.suite().equals(suite)) {
                suite = row.suite();
                heading(suite);
                line("%10s %10s %10s %-9s", "median", Math.round(LatencyRow.LATE_SHARE * 100) + " %", "most", "unit");
            }
            label(row.label());
            line("%10s %10s %10s %-9s", figure(row.median()), figure(row.late()), figure(row.most()), LatencyRow.UNIT);
        }
    }

    private void targets(List<Target> targets) {
        heading("speed to reach, two copies");
        line("%10s %10s %-9s", "measured", "wanted", "unit");
        for (Target target : targets) {
            label(target.what());
            line(
                    "%10s %10s %-9s %s",
                    target.measured().map(ReportText::figure).orElse("-"),
                    figure(target.wanted()),
                    target.unit(),
                    target.verdict());
        }
    }

    private void heading(String heading) {
        if (text.length() > 0) {
            text.append('\n');
        }
        label(heading);
    }

    private void label(String label) {
        text.append(String.format(Locale.ROOT, "%-" + LABEL_WIDTH + "s", label));
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
    }

    /** Three digits that say something. */
    static String figure(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
    }
}
