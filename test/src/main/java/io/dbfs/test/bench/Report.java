package io.dbfs.test.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Everything that was measured so far. */
final class Report {
    private final List<Row> rows = new ArrayList<>();
    private final List<CpuRow> cpu = new ArrayList<>();
    private final List<MemoryRow> memory = new ArrayList<>();
    private final List<LatencyRow> latencies = new ArrayList<>();

    void add(Row row) {
        rows.add(row);
    }

    void add(CpuRow row) {
        cpu.add(row);
    }

    void add(MemoryRow row) {
        memory.add(row);
    }

    void add(LatencyRow row) {
        latencies.add(row);
    }

    List<Row> rows() {
        return List.copyOf(rows);
    }

    List<CpuRow> cpu() {
        return List.copyOf(cpu);
    }

    List<MemoryRow> memory() {
        return List.copyOf(memory);
    }

    List<LatencyRow> latencies() {
        return List.copyOf(latencies);
    }

    /** The first row of that id, which is of the first suite. */
    Optional<Row> row(String id) {
        return rows.stream().filter(row -> row.id().equals(id)).findFirst();
    }

    /** The most memory that any process of a role had. */
    Optional<Double> peakMebibytes(String role) {
        return memory.stream()
                .filter(row -> row.role().equals(role))
                .map(MemoryRow::peakMebibytes)
                .max(Double::compare);
    }
}
