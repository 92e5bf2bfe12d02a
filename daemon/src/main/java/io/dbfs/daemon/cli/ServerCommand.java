package io.dbfs.daemon.cli;

import io.dbfs.daemon.local.Servers;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What {@code supernode} and {@code node} have in common: a file, and serving until they are told to end. */
final class ServerCommand {
    @Option(names = "-c", paramLabel = "FILE", description = "Its configuration.")
    private @Nullable Path file;

    /** Starts a server and returns when it has ended. */
    void serve(Start start, CommonOptions common, CommandLine command) {
        // Not a required option: then it would be one of the subcommands as well.
        if (file == null) {
            throw new ParameterException(command, "Missing required option: '-c=FILE'");
        }
        PrintWriter out = command.getOut();
        Logs.ofServer(common);
        try (Lifetime lifetime = Lifetime.begin()) {
            Servers.Server server = start.from(file);
            lifetime.add(server.name(), server.handle());
            out.println(server.name() + ": serving");
            SystemdNotifier.ready("serving");
            CompletableFuture<Void> unused = server.failed().thenRun(lifetime::askToEnd);
            lifetime.awaitEnd();
            String failure = server.failed().getNow("");
            if (!failure.isEmpty()) {
                // Another process, which systemd starts, may do better.
                throw CommandFailure.failed(failure);
            }
            SystemdNotifier.stopping();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How a server is started. */
    @FunctionalInterface
    interface Start {
        Servers.Server from(Path file) throws IOException;
    }
}
