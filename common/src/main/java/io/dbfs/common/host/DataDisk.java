package io.dbfs.common.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import oshi.hardware.HWDiskStore;
import oshi.hardware.HWPartition;

/** Finds the disk under a directory by device number; overlays and network filesystems have none. */
final class DataDisk {
    private static final Logger log = LoggerFactory.getLogger(DataDisk.class);

    private DataDisk() {}

    /** The disk of {@code directory}; the only disk when there is one; else null. */
    static @Nullable HWDiskStore find(List<HWDiskStore> disks, Path directory) {
        long device = deviceOf(directory);
        int major = (int) ((device >>> 8) & 0xfff);
        int minor = (int) ((device & 0xff) | ((device >>> 12) & 0xfff00));
        for (HWDiskStore disk : disks) {
            for (HWPartition partition : disk.getPartitions()) {
                if (partition.getMajor() == major && partition.getMinor() == minor) {
                    return disk;
                }
            }
        }
        return disks.size() == 1 ? disks.get(0) : null;
    }

    private static long deviceOf(Path directory) {
        try {
            return (Long) Files.getAttribute(directory, "unix:dev");
        } catch (IOException | UnsupportedOperationException e) {
            log.debug("device of {}: {}", directory, e.toString());
            return 0;
        }
    }
}
