package io.dbfs.common.host;

/**
 * A host's figures at one moment, and of one disk: that of the data directory. Shares are 0 to 1, sizes in bytes; a
 * figure that the host does not tell is 0.
 */
public record HostLoad(
        double cpu,
        long memoryTotalBytes,
        long memoryAvailableBytes,
        long diskTotalBytes,
        long diskFreeBytes,
        double diskBusy) {
    public HostLoad {
        requireShare("cpu", cpu);
        requireShare("diskBusy", diskBusy);
    }

    private static void requireShare(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: 0 to 1)");
        }
    }
}
