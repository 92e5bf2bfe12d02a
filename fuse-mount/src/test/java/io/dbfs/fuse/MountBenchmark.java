package io.dbfs.fuse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * What talking to the kernel costs alone: calls into filesystems that keep attributes in memory and throw data away, served by
 * each adapter and by a C program on libfuse, each a process of its own. They take turns, round after round, and medians are
 * printed; beside each time stands the processor time of program, kernel and server together, which says more on a busy host.
 * Arguments: the C program, rounds, seconds for each figure, flags of the adapters' virtual machines. {@code
 * scripts/bench-kernel} runs it.
 */
final class MountBenchmark {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final double MICROS_PER_SECOND = 1e6;

    private final Map<String, ServedMount> mounts = new LinkedHashMap<>();
    private final Map<String, Map<NullLoad, List<Cost>>> costs = new LinkedHashMap<>();
    private final int rounds;
    private final long nanos;

    /** Of one call. */
    private record Cost(double wallMicros, double processorMicros) {}

    private MountBenchmark(int rounds, double seconds) {
        this.rounds = rounds;
        this.nanos = (long) (seconds * NANOS_PER_SECOND);
    }

    public static void main(String[] arguments) throws Exception {
        MountBenchmark benchmark = new MountBenchmark(Integer.parseInt(arguments[1]), Double.parseDouble(arguments[2]));
        List<String> flags = List.of(arguments).subList(3, arguments.length);
        try {
            benchmark.mount("C", List.of(arguments[0], "-f"));
            for (Adapter adapter : Adapter.values()) {
                benchmark.mount(adapter.name().toLowerCase(Locale.ROOT), NullMount.command(adapter, flags));
            }
            benchmark.measure();
            benchmark.print();
        } finally {
            for (ServedMount mount : benchmark.mounts.values()) {
                mount.close();
            }
        }
    }

    private void mount(String name, List<String> command) throws Exception {
        mounts.put(name, ServedMount.start(command, Files.createTempDirectory("dbfs-benchmark")));
        Map<NullLoad, List<Cost>> ofLoads = new EnumMap<>(NullLoad.class);
        Arrays.stream(NullLoad.values()).forEach(load -> ofLoads.put(load, new ArrayList<>()));
        costs.put(name, ofLoads);
    }

    private void measure() throws Exception {
        for (int round = 0; round <= rounds; round++) {
            for (NullLoad load : NullLoad.values()) {
                for (Map.Entry<String, ServedMount> mount : mounts.entrySet()) {
                    Cost cost = cost(load, mount.getValue());
                    // The first round warms the virtual machines up.
                    if (round > 0) {
                        of(load, Objects.requireNonNull(costs.get(mount.getKey())))
                                .add(cost);
                    }
                }
            }
        }
    }

    private static List<Cost> of(NullLoad load, Map<NullLoad, List<Cost>> costs) {
        return Objects.requireNonNull(costs.get(load));
    }

    private Cost cost(NullLoad load, ServedMount mount) throws Exception {
        Path file = mount.directory().resolve("file");
        if (Files.notExists(file)) {
            Files.createFile(file);
        }
        long processor = mount.processorNanos();
        long start = System.nanoTime();
        long calls = load.run(file, nanos);
        double wall = (System.nanoTime() - start) / 1e3 / calls;
        return new Cost(wall, (mount.processorNanos() - processor) / 1e3 / calls);
    }

    private void print() {
        System.out.printf(Locale.ROOT, "medians of %d rounds%n%-24s", rounds, "us, us of processor");
        mounts.keySet().forEach(name -> System.out.printf(Locale.ROOT, " %18s", name));
        System.out.println();
        for (NullLoad load : NullLoad.values()) {
            System.out.printf(Locale.ROOT, "%-24s", load.title());
            costs.values()
                    .forEach(of -> System.out.printf(
                            Locale.ROOT,
                            " %9.1f %8.1f",
                            median(of(load, of).stream().map(Cost::wallMicros).toList()),
                            median(of(load, of).stream()
                                    .map(Cost::processorMicros)
                                    .toList())));
            System.out.println();
        }
        for (NullLoad load : List.of(NullLoad.WRITE, NullLoad.READ)) {
            System.out.printf(Locale.ROOT, "%-24s", load.title() + ", MiB/s");
            costs.values()
                    .forEach(of -> System.out.printf(
                            Locale.ROOT,
                            " %9.0f %8s",
                            MICROS_PER_SECOND
                                    / median(of(load, of).stream()
                                            .map(Cost::wallMicros)
                                            .toList()),
                            ""));
            System.out.println();
        }
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
