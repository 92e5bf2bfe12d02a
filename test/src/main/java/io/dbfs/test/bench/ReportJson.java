package io.dbfs.test.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The report for programs. */
final class ReportJson {
    private ReportJson() {}

    static String of(Report report) {
        Map<String, List<String>> lists = new LinkedHashMap<>();
        lists.put("rates", report.rows().stream().map(ReportJson::rate).toList());
        lists.put("cpu", report.cpu().stream().map(ReportJson::cpu).toList());
        lists.put("memory", report.memory().stream().map(ReportJson::memory).toList());
        lists.put(
                "latencies",
                report.latencies().stream().map(ReportJson::latency).toList());
        lists.put("targets", Target.of(report).stream().map(ReportJson::target).toList());
        return lists.entrySet().stream()
                .map(list -> text(list.getKey()) + ": [\n  " + String.join(",\n  ", list.getValue()) + "\n]")
                .collect(Collectors.joining(",\n", "{\n", "\n}\n"));
    }

    private static String rate(Row row) {
        return new Fields()
                .add("suite", text(row.suite()))
                .add("id", text(row.id()))
                .add("label", text(row.label()))
                .add("unit", text(row.unit()))
                .add("dbfs", number(row.dbfs()))
                .add("local", number(row.local()))
                .add("ratio", number(row.ratio()))
                .json();
    }

    private static String cpu(CpuRow row) {
        return new Fields()
                .add("suite", text(row.suite()))
                .add("id", text(row.id()))
                .add("process", text(row.process()))
                .add("cpu_seconds_per_gib", number(row.secondsPerGibibyte()))
                .json();
    }

    private static String memory(MemoryRow row) {
        return new Fields()
                .add("suite", text(row.suite()))
                .add("process", text(row.process()))
                .add("end_mib", number(row.endMebibytes()))
                .add("peak_mib", number(row.peakMebibytes()))
                .json();
    }

    private static String latency(LatencyRow row) {
        return new Fields()
                .add("suite", text(row.suite()))
                .add("id", text(row.id()))
                .add("label", text(row.label()))
                .add("unit", text(LatencyRow.UNIT))
                .add("samples", String.valueOf(row.samples()))
                .add("median", number(row.median()))
                .add("late", number(row.late()))
                .add("most", number(row.most()))
                .json();
    }

    private static String target(Target target) {
        return new Fields()
                .add("what", text(target.what()))
                .add("unit", text(target.unit()))
                .add("wanted", number(target.wanted()))
                .add("measured", target.measured().map(ReportJson::number).orElse("null"))
                .add("verdict", text(target.verdict()))
                .json();
    }

    private static String number(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4f", value) : "null";
    }

    private static String text(String value) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    /** One object, in the order in which its fields are added. */
    private static final class Fields {
        private final List<String> fields = new ArrayList<>();

        Fields add(String name, String json) {
            fields.add(text(name) + ": " + json);
            return this;
        }

        String json() {
            return "{" + String.join(", ", fields) + "}";
        }
    }
}
