package io.dbfs.test.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The benchmark's main program. */
final class Bench {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final Duration WORK_LIMIT = Duration.ofMinutes(15);

    private final BenchOptions options;
    private final Progress progress;
    private final PageCache pageCache;
    private final HostMemory memory;
    private final Map<String, Experiment> experiments;
    private final Report report = new Report();

    private Bench(BenchOptions options, Progress progress) {
        this.options = options;
        this.progress = progress;
        pageCache = new PageCache(progress);
        memory = new HostMemory(JAVA);
        experiments = Experiments.of(options.quick(), new Clients(JAVA, System.getProperty("java.class.path")));
    }

    /** Arguments: the launcher, whether standard error is a terminal, then the user's. */
    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments)));
    }

    private static int run(List<String> arguments) {
        List<String> own = arguments.subList(2, arguments.size());
        if (own.contains("-h") || own.contains("--help")) {
            System.out.print(BenchOptions.USAGE);
            return 0;
        }
        BenchOptions options;
        try {
            options = BenchOptions.parse(Path.of(arguments.get(0)), own);
        } catch (IllegalArgumentException e) {
            System.err.println("bench: " + e.getMessage());
            return WRONG_USAGE;
        }
        Progress progress = new Progress(System.err, Boolean.parseBoolean(arguments.get(1)), System::nanoTime);
        try {
            new Bench(options, progress).measureAll();
            return 0;
        } catch (IOException e) {
            progress.end();
            System.err.println("bench: " + e.getMessage());
            return FAILED;
        }
    }

    private void measureAll() throws IOException {
        try (Workspace workspace = Workspace.create(options.data(), options.mounted())) {
            if (options.mounted().isPresent()) {
                Side side = new PlainSide(workspace.mounted(), pageCache);
                measure(options.mounted().get().toString(), side, workspace, experiments);
            } else {
                measureDeployments(workspace);
            }
        } finally {
            progress.end();
            System.out.print(ReportText.of(report));
        }
        if (options.json().isPresent()) {
            Files.writeString(options.json().get(), ReportJson.of(report));
        }
    }

    private void measureDeployments(Workspace workspace) throws IOException {
        FreePorts ports = new FreePorts();
        if (experiments.keySet().stream().anyMatch(options::wants)) {
            deployAndMeasure("two copies", 2, ports, workspace, experiments);
        }
        if (options.wants(Experiments.ONE_COPY)) {
            Map<String, Experiment> transfers = Map.of(Experiments.ONE_COPY, new TransferExperiment(options.quick()));
            deployAndMeasure("one copy", 1, ports, workspace, transfers);
        }
        if (options.wants(Experiments.COHERENCE)) {
            measureTwoMounts(ports, workspace);
        }
    }

    private void measureTwoMounts(FreePorts ports, Workspace workspace) throws IOException {
        String suite = "two mounts: seen on the other after";
        progress.step("starting a supernode, three nodes and two mounts");
        Path home = workspace.home().resolve("coherence");
        try (Deployment deployment = Deployment.start(options.launcher(), home, 2, pageCache, ports);
                Watchdog watchdog = new Watchdog(WORK_LIMIT)) {
            workspace.closeFirst(deployment);
            Path second = deployment.mountAgain();
            progress.step(suite);
            watchdog.within(suite, () -> {
                new CoherenceExperiment(suite, deployment.directory(), second, options.quick(), report).run();
                return true;
            });
        }
    }

    private void deployAndMeasure(
            String suite, int copies, FreePorts ports, Workspace workspace, Map<String, Experiment> wanted)
            throws IOException {
        progress.step(suite + ": starting a supernode, three nodes and a mount");
        Path home = workspace.home().resolve("copies-" + copies);
        try (Deployment deployment = Deployment.start(options.launcher(), home, copies, pageCache, ports)) {
            workspace.closeFirst(deployment);
            measure(suite, deployment, workspace, wanted);
            deployment.reportMemory(suite, report);
        }
    }

    private void measure(String suite, Side dbfs, Workspace workspace, Map<String, Experiment> wanted)
            throws IOException {
        Side local = new PlainSide(workspace.local(), pageCache);
        try (Watchdog watchdog = new Watchdog(WORK_LIMIT)) {
            Comparison comparison = new Comparison(suite, dbfs, local, report, progress, watchdog, memory);
            comparison.unmeasured("warming up", WarmUp::run);
            for (Map.Entry<String, Experiment> experiment : wanted.entrySet()) {
                if (options.wants(experiment.getKey())) {
                    experiment.getValue().run(comparison);
                }
            }
        }
    }
}
