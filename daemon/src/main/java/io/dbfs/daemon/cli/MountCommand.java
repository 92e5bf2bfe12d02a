package io.dbfs.daemon.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dbfs mount}. */
@Command(
        name = "mount",
        description = "Mounts a system that runs elsewhere and serves the mount until it is unmounted.",
        customSynopsis = {
            "dbfs mount SUPERNODES DIR [--daemon] [-o OPTION[,...]]",
            "       dbfs mount -c FILE [--daemon] [-o OPTION[,...]]"
        })
final class MountCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CommonOptions common;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "SUPERNODES",
            description = "host:port of each supernode process, joined by commas.")
    private @Nullable String supernodes;

    @Parameters(index = "1", arity = "0..1", paramLabel = "DIR", description = "An empty directory.")
    private @Nullable Path directory;

    @Option(names = "-c", paramLabel = "FILE", description = "Configuration, role mount; arguments and -o win over it.")
    private @Nullable Path file;

    @Mixin
    private MountFlags flags;

    @Override
    public void run() {
        if (file == null && (supernodes == null || directory == null)) {
            throw CommandFailure.usage("mount: SUPERNODES and DIR are missing, or -c FILE (see: dbfs mount --help)");
        }
        MountPlan plan = MountPlan.of(
                Optional.ofNullable(file),
                Optional.ofNullable(supernodes).map(text -> Addresses.parse("SUPERNODES", text)),
                Optional.ofNullable(directory),
                flags.options());
        PrintWriter out = spec.commandLine().getOut();
        try {
            if (flags.daemon()) {
                MountService.prepare(plan, out);
                Background.start(arguments(), errors(plan), out);
            } else {
                serve(plan, out);
            }
        } catch (IOException e) {
            throw CommandFailure.failed(plan.mountPoint() + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(MountPlan plan, PrintWriter out) throws IOException, InterruptedException {
        boolean background = Background.isBackground();
        Path log = background ? log(plan) : Path.of("");
        if (background) {
            Logs.toFile(log, common);
        }
        MountService.prepare(plan, out);
        Run run = Run.ofThisProcess(Run.MOUNT, plan.mountPoint(), plan.config().supernodes(), "", log.toString());
        try (Lifetime lifetime = Lifetime.begin()) {
            MountService.start(plan, run, lifetime);
            if (!background) {
                // Not before: why it could not be mounted is told once, by the command's own line.
                Logs.ofServer(common);
            }
            out.println(plan.mountPoint() + ": mounted from "
                    + String.join(",", plan.config().supernodes()));
            SystemdNotifier.ready("serving " + plan.mountPoint());
            Background.released();
            lifetime.awaitEnd();
            SystemdNotifier.stopping();
        }
    }

    private List<String> arguments() {
        List<String> arguments =
                new ArrayList<>(spec.commandLine().getParent().getParseResult().originalArgs());
        arguments.removeIf(MountFlags::isDaemonFlag);
        return arguments;
    }

    private static Path errors(MountPlan plan) {
        return User.logDirectory().resolve(fileName(plan) + ".err");
    }

    private static Path log(MountPlan plan) {
        return User.logDirectory().resolve(fileName(plan) + ".log");
    }

    private static String fileName(MountPlan plan) {
        return "mount" + plan.mountPoint().toString().replace('/', '-');
    }
}
