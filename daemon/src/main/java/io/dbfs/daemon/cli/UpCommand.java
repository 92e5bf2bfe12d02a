package io.dbfs.daemon.cli;

import io.dbfs.daemon.local.LocalSystem;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dbfs up DIR}. */
@Command(
        name = "up",
        description = {
            "Runs a whole system in one process and mounts it: a supernode, a cluster of three nodes, two copies of every byte.",
            "What is written stays in the data directory; the next \"dbfs up\" finds it."
        })
final class UpCommand implements Runnable {
    private static final String LOG = "log/dbfs.log";
    private static final String ERRORS = "log/start.err";
    /** Stands for the supernode's address while only the rest of a plan is looked at. */
    private static final String NOT_YET_KNOWN = "127.0.0.1:1";

    @Spec
    private CommandSpec spec;

    @Mixin
    private CommonOptions common;

    @Parameters(paramLabel = "DIR", description = "An empty directory to mount on.")
    private Path directory;

    private final InstantSource clock = InstantSource.system();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Where everything is stored. Default: $DBFS_DATA, else ~/.local/share/dbfs (root: /var/lib/dbfs).")
    private @Nullable Path dataOption;

    @Mixin
    private MountFlags flags;

    @Override
    public void run() {
        Path data = dataOption == null
                ? User.defaultData()
                : dataOption.toAbsolutePath().normalize();
        PrintWriter out = spec.commandLine().getOut();
        try {
            if (flags.daemon()) {
                MountService.prepare(plan(NOT_YET_KNOWN), out);
                Background.start(arguments(), data.resolve(ERRORS), out);
            } else {
                serve(data, out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(Path data, PrintWriter out) throws IOException, InterruptedException {
        Instant began = processStart();
        MountService.prepare(plan(NOT_YET_KNOWN), out);
        Path log = data.resolve(LOG);
        Files.createDirectories(log.getParent());
        Logs.toFile(log, common);
        try (Lifetime lifetime = Lifetime.begin()) {
            LocalSystem system = lifetime.add("servers", LocalSystem.start(data));
            MountPlan plan = plan(system.supernode());
            Run run = Run.ofThisProcess(
                    Run.UP, plan.mountPoint(), List.of(system.supernode()), data.toString(), log.toString());
            MountService.start(plan, run, lifetime);
            report(system, run, Duration.between(began, clock.instant()), out);
            SystemdNotifier.ready("serving " + plan.mountPoint());
            Background.released();
            lifetime.awaitEnd();
            SystemdNotifier.stopping();
        }
    }

    private MountPlan plan(String supernode) {
        return MountPlan.of(Optional.empty(), Optional.of(List.of(supernode)), Optional.of(directory), flags.options());
    }

    private static void report(LocalSystem system, Run run, Duration took, PrintWriter out) {
        out.println("dbfs is up: " + run.mountPoint());
        out.println("  cluster    " + system.cluster() + ", " + system.nodes() + " nodes, two copies of every byte");
        out.println("  supernode  " + system.supernode());
        out.println("  data       " + run.data());
        out.println("  log        " + run.log());
        out.println("  process    " + run.pid()
                + String.format(Locale.ROOT, ", ready after %.1f s", took.toMillis() / 1000.0));
        out.println("  stop with  dbfs down " + run.mountPoint() + (Background.isBackground() ? "" : "   or Ctrl-C"));
        out.flush();
    }

    /** The whole wait counts, the virtual machine's own start too. */
    private Instant processStart() {
        return ProcessHandle.current().info().startInstant().orElseGet(clock::instant);
    }

    private List<String> arguments() {
        List<String> arguments =
                new ArrayList<>(spec.commandLine().getParent().getParseResult().originalArgs());
        arguments.removeIf(MountFlags::isDaemonFlag);
        return arguments;
    }
}
