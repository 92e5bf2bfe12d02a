package io.dbfs.daemon.cli;

/** An expected failure of a command: one line for the person who gave it, and the exit status. Has no stack trace. */
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    private CommandFailure(int exitCode, String message) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    /** It could not be done. */
    static CommandFailure failed(String message) {
        return new CommandFailure(ExitCode.FAILED, message);
    }

    /** It was asked for wrongly. */
    static CommandFailure usage(String message) {
        return new CommandFailure(ExitCode.USAGE, message);
    }

    /** It is not running or cannot be reached. */
    static CommandFailure unavailable(String message) {
        return new CommandFailure(ExitCode.UNAVAILABLE, message);
    }

    /** Another process already said what is wrong; this one ends with its status. */
    static CommandFailure of(int exitCode, String message) {
        return new CommandFailure(exitCode, message);
    }

    int exitCode() {
        return exitCode;
    }
}
