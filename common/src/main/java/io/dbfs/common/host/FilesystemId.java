package io.dbfs.common.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names the filesystem that holds a directory, so that processes that stand on the same one are known to share its space: the
 * kernel that runs, by the id it made at boot, and the device number there.
 */
public final class FilesystemId {
    private static final Logger LOG = LoggerFactory.getLogger(FilesystemId.class);
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private FilesystemId() {}

    /** The same text for all directories of one filesystem while the host is up; empty when it cannot be told. */
    public static String of(Path directory) {
        try {
            return Files.readString(BOOT_ID).strip() + ":" + Files.getAttribute(directory, "unix:dev");
        } catch (IOException | UnsupportedOperationException e) {
            LOG.info("the filesystem of {} cannot be told: {}; its space counts as its own", directory, e.toString());
            return "";
        }
    }
}
