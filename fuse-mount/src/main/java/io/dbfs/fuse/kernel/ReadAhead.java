package io.dbfs.fuse.kernel;

import io.dbfs.fuse.MountTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the kernel reads ahead of a program. It never reads further than a mount's default of 128 KiB, whatever is
 * agreed in the protocol; root can raise that default, and then a sequential read comes in requests of 1 MiB, one of which
 * is served while another is used.
 */
final class ReadAhead {
    private static final Logger log = LoggerFactory.getLogger(ReadAhead.class);
    private static final Path DEVICES = Path.of("/sys/class/bdi");
    private static final int KIB = (2 * RequestMemory.MAX_DATA_BYTES) >> 10;

    private ReadAhead() {}

    /** Raises it for the mount at a directory, where that is permitted. */
    static void raise(Path directory) {
        MountTable.read().deviceAt(directory).ifPresent(device -> {
            try {
                Files.writeString(
                        DEVICES.resolve(device).resolve("read_ahead_kb"), String.valueOf(KIB), StandardCharsets.UTF_8);
            } catch (IOException e) {
                log.info("mount {}: read-ahead stays at the kernel's default ({})", directory, e.getMessage());
            }
        });
    }
}
