package io.dbfs.test.bench;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/** One line on standard error for each step, with the seconds since the start; on a terminal the line is rewritten. */
final class Progress {
    private final PrintStream out;
    private final boolean terminal;
    private final LongSupplier nanos;
    private final long start;

    Progress(PrintStream out, boolean terminal, LongSupplier nanos) {
        this.out = out;
        this.terminal = terminal;
        this.nanos = nanos;
        start = nanos.getAsLong();
    }

    /** What is done now. */
    void step(String what) {
        String line = String.format(Locale.ROOT, "[%5.0f s] %s", (nanos.getAsLong() - start) / 1e9, what);
        if (terminal) {
            out.print("\r\u001b[K" + line);
            out.flush();
        } else {
            out.println(line);
        }
    }

    /** What the reader of the figures must know. */
    void note(String what) {
        out.println((terminal ? "\r\u001b[K" : "") + "note: " + what);
    }

    /** Leaves an empty line behind for what is printed next. */
    void end() {
        if (terminal) {
            out.print("\r\u001b[K");
            out.flush();
        }
    }
}
