package io.dbfs.common.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the system calls itself. */
public final class HostName {
    private static final Path KERNEL_NAME = Path.of("/proc/sys/kernel/hostname");

    private HostName() {}

    /** The kernel's name of this host, without asking any name service; {@code localhost} when it tells none. */
    public static String current() {
        try {
            String name = Files.readString(KERNEL_NAME).strip();
            return name.isEmpty() ? "localhost" : name;
        } catch (IOException e) {
            return "localhost";
        }
    }
}
