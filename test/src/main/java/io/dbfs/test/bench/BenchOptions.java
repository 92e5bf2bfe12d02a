package io.dbfs.test.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the command line asks for.
 *
 * @param mounted a directory to measure as it is; empty: processes are started and measured
 * @param data where data and the local side lie; empty: the system's directory for temporary files
 * @param json where the figures go as JSON as well
 * @param only the experiments wanted; empty: all
 * @param quick less of everything, for a look within minutes
 * @param launcher the {@code dbfs} command
 */
record BenchOptions(
        Optional<Path> mounted,
        Optional<Path> data,
        Optional<Path> json,
        List<String> only,
        boolean quick,
        Path launcher) {
    static final String USAGE = """
            usage: scripts/bench [--quick] [--only NAME[,NAME...]] [--data DIR] [--json FILE] [DIR]

            Measures DBFS beside the local disk. Without DIR it starts a supernode, three nodes and a mount,
            with two copies and then with one; with DIR it measures that mounted directory.

              --quick       smaller sizes and counts: a look within minutes
              --only NAMES  of: %s
              --data DIR    where data and the local side lie (default: a temporary directory)
              --json FILE   write the figures there as well

            Exit status: 0 measured, 1 failed, 2 wrong usage.
            """.formatted(String.join(", ", Experiments.NAMES));

    BenchOptions {
        only = List.copyOf(only);
    }

    /**
     * Reads the arguments.
     *
     * @throws IllegalArgumentException saying which argument is wrong and what is expected
     */
    static BenchOptions parse(Path launcher, List<String> arguments) {
        Optional<Path> mounted = Optional.empty();
        Optional<Path> data = Optional.empty();
        Optional<Path> json = Optional.empty();
        List<String> only = new ArrayList<>();
        boolean quick = false;
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            switch (argument) {
                case "--quick" -> quick = true;
                case "--only" -> only.addAll(names(value(arguments, ++i)));
                case "--data" -> data = Optional.of(Path.of(value(arguments, ++i)));
                case "--json" -> json = Optional.of(Path.of(value(arguments, ++i)));
                default -> {
                    if (argument.startsWith("-") || mounted.isPresent()) {
                        throw new IllegalArgumentException(
                                argument + ": unknown argument (expected: one directory and options)");
                    }
                    mounted = Optional.of(Path.of(argument));
                }
            }
        }
        return new BenchOptions(mounted, data, json, only, quick, launcher);
    }

    private static String value(List<String> arguments, int index) {
        if (index >= arguments.size()) {
            throw new IllegalArgumentException(arguments.get(index - 1) + ": value missing");
        }
        return arguments.get(index);
    }

    private static List<String> names(String list) {
        List<String> names = List.of(list.split(",", -1));
        for (String name : names) {
            if (!Experiments.NAMES.contains(name)) {
                throw new IllegalArgumentException(
                        "--only: unknown name " + name + " (expected: " + String.join(", ", Experiments.NAMES) + ")");
            }
        }
        return names;
    }

    boolean wants(String experiment) {
        return only.isEmpty() || only.contains(experiment);
    }
}
