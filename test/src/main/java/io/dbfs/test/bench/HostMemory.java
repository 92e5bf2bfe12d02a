package io.dbfs.test.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The machine's free memory. Where the machine is a virtual one, its host may back memory only when it is first touched, and
 * take it back when it is free for a while: the first writer of a page then pays many times what the second does, and a
 * page cache of fresh pages is slower than the disk. So it is touched before it is needed, for both sides alike.
 */
final class HostMemory {
    private static final long MEBIBYTE = 1 << 20;
    /** What less costs is lost in the noise. */
    private static final long WORTHWHILE_MEBIBYTES = 256;
    /** Of what is available, so that nothing else is pushed out. */
    private static final int SHARE_DIVISOR = 2;

    private final Path java;

    HostMemory(Path java) {
        this.java = java;
    }

    /** Touches so many bytes of free memory, or half of what there is. */
    void touch(long bytes) throws IOException {
        long mebibytes = Math.min(bytes, availableBytes() / SHARE_DIVISOR) / MEBIBYTE;
        if (mebibytes < WORTHWHILE_MEBIBYTES) {
            return;
        }
        Commands.run(
                java.toString(),
                "-XX:+UseSerialGC",
                "-Xms" + mebibytes + "m",
                "-Xmx" + mebibytes + "m",
                "-XX:+AlwaysPreTouch",
                "-Xlog:disable",
                "--version");
    }

    private static long availableBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
            if (line.startsWith("MemAvailable:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        throw new IOException("/proc/meminfo: no MemAvailable");
    }
}
