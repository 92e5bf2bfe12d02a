package io.dbfs.daemon.cli;

import io.dbfs.common.DataDirectoryException;
import io.dbfs.common.FsException;
import io.dbfs.common.config.ConfigException;
import io.dbfs.fuse.MountException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A failure as it is told to the person at the terminal.
 *
 * @param line one line: what is wrong and, where it can be said, what to do
 * @param exitCode one of {@link ExitCode}
 * @param expected false for a bug: the log has the rest
 */
record Complaint(String line, int exitCode, boolean expected) {
    private static final int CAUSES_MAX = 16;

    /** The one place where failures become text. */
    static Complaint about(Throwable failure) {
        Throwable thrown = unwrap(failure);
        if (thrown instanceof CommandFailure command) {
            return new Complaint(message(command), command.exitCode(), true);
        }
        if (thrown instanceof ConfigException) {
            return new Complaint(message(thrown), ExitCode.USAGE, true);
        }
        if (thrown instanceof DataDirectoryException || thrown instanceof MountException) {
            return new Complaint(message(thrown), ExitCode.FAILED, true);
        }
        if (cause(thrown, BindException.class) != null) {
            return new Complaint(portBusy(thrown), ExitCode.FAILED, true);
        }
        if (thrown instanceof StatusRuntimeException rpc) {
            return transport(rpc);
        }
        if (thrown instanceof FsException refused) {
            return new Complaint(refused.errno() + ": " + message(refused), ExitCode.FAILED, true);
        }
        if (thrown instanceof FileSystemException file) {
            return new Complaint(fileProblem(file), ExitCode.FAILED, true);
        }
        if (thrown instanceof IOException) {
            return new Complaint(message(thrown), ExitCode.FAILED, true);
        }
        return new Complaint("internal error: " + thrown, ExitCode.FAILED, false);
    }

    private static Complaint transport(StatusRuntimeException rpc) {
        Status status = rpc.getStatus();
        boolean unreachable =
                status.getCode() == Status.Code.UNAVAILABLE || status.getCode() == Status.Code.DEADLINE_EXCEEDED;
        String description = Objects.requireNonNullElse(
                status.getDescription(), status.getCode().name());
        return unreachable
                ? new Complaint("server cannot be reached: " + firstLine(description), ExitCode.UNAVAILABLE, true)
                : new Complaint("server failed: " + firstLine(description), ExitCode.FAILED, true);
    }

    private static String portBusy(Throwable thrown) {
        String message = message(thrown);
        return message.contains(":")
                ? message + ": the port is in use by another process, or the address is not of this host"
                : "a port to listen on is in use by another process: " + message;
    }

    private static String fileProblem(FileSystemException file) {
        String what = file instanceof AccessDeniedException
                ? "permission denied"
                : Objects.requireNonNullElse(
                        file.getReason(), file.getClass().getSimpleName().replace("Exception", ""));
        return file.getFile() + ": " + what;
    }

    private static Throwable unwrap(Throwable failure) {
        Throwable current = failure;
        for (int depth = 0; depth < CAUSES_MAX; depth++) {
            Throwable cause = current.getCause();
            boolean wrapper = current instanceof CompletionException
                    || current instanceof ExecutionException
                    || current instanceof java.io.UncheckedIOException;
            if (!wrapper || cause == null) {
                return current;
            }
            current = cause;
        }
        return current;
    }

    private static <T extends Throwable> @Nullable T cause(Throwable failure, Class<T> type) {
        Throwable current = failure;
        for (int depth = 0; depth < CAUSES_MAX && current != null; depth++) {
            if (type.isInstance(current)) {
                return type.cast(current);
            }
            current = current.getCause();
        }
        return null;
    }

    private static String message(Throwable failure) {
        return firstLine(Objects.requireNonNullElse(failure.getMessage(), failure.toString()));
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }
}
