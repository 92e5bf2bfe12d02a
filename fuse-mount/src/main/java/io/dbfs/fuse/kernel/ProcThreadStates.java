package io.dbfs.fuse.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Threads as proc(5) shows them. */
final class ProcThreadStates implements ThreadStates {
    private static final Path TASKS = Path.of("/proc/self/task");

    @Override
    public String current() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/thread-self"))
                    .getFileName()
                    .toString();
        } catch (IOException e) {
            throw new UncheckedIOException("/proc/thread-self", e);
        }
    }

    /**
     * First the state, then the system call: a thread that slept elsewhere, as at a safepoint of the JVM, is not back in the
     * same read(2) when the second is looked at; the caller makes sure that it is the same.
     */
    @Override
    public boolean sleepsInRead(String thread, int descriptor) {
        try {
            Path task = TASKS.resolve(thread);
            return isAsleep(Files.readString(task.resolve("stat"), StandardCharsets.ISO_8859_1))
                    && isCallOn(Files.readString(task.resolve("syscall"), StandardCharsets.ISO_8859_1), descriptor);
        } catch (IOException unknown) {
            return false;
        }
    }

    /** Whether {@code stat} shows an interruptible sleep, which ends as soon as there is something to read. */
    static boolean isAsleep(String stat) {
        return stat.startsWith("S", stat.lastIndexOf(')') + 2);
    }

    /** Whether {@code syscall} ("0 0x5 ...", or "running") shows a call on the descriptor. No pointer is as small a number. */
    static boolean isCallOn(String syscall, int descriptor) {
        String[] words = syscall.strip().split(" ", 3);
        return words.length > 1 && words[1].equals("0x" + Integer.toHexString(descriptor));
    }
}
