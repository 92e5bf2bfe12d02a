package io.dbfs.fuse.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Signals as proc(5) shows them. Whatever is to end a process, SIGINT from the terminal included, arrives at each of its
 * threads as a pending SIGKILL (kernel/signal.c, complete_signal), but for those that dump core.
 */
final class ProcSignals implements Signals {
    private static final long SIGKILL_BIT = 1L << 8;

    @Override
    public boolean isDying(int pid) {
        if (pid <= 0) {
            return false;
        }
        try {
            return isKilled(
                    Files.readString(Path.of("/proc", Integer.toString(pid), "status"), StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException gone) {
            return true;
        } catch (IOException unknown) {
            // ESRCH while it ends, or not for our eyes: the next look may tell.
            return false;
        }
    }

    /** Whether a {@code /proc/PID/status} shows a SIGKILL on its way. */
    static boolean isKilled(String status) {
        return status.lines()
                .filter(line -> line.startsWith("SigPnd:") || line.startsWith("ShdPnd:"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .anyMatch(mask -> (Long.parseUnsignedLong(mask, 16) & SIGKILL_BIT) != 0);
    }
}
