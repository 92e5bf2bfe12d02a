package io.dbfs.daemon.cli;

/** What the command's exit status means. */
final class ExitCode {
    /** Done. */
    static final int OK = 0;
    /** It could not be done. */
    static final int FAILED = 1;
    /** The arguments or the configuration are wrong. */
    static final int USAGE = 2;
    /** What was asked for is not running or cannot be reached. */
    static final int UNAVAILABLE = 3;
    /** It was done, and shows that something is wrong which somebody should look at. */
    static final int DEGRADED = 4;

    private ExitCode() {}
}
