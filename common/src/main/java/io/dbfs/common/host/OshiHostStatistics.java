package io.dbfs.common.host;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.hardware.GlobalMemory;
import oshi.hardware.HWDiskStore;
import oshi.hardware.HardwareAbstractionLayer;

/**
 * Figures by OSHI; space by asking for the data directory alone, because OSHI's list of file stores would ask every mount
 * of the host, our own included.
 */
public final class OshiHostStatistics implements HostStatistics {
    private static final Logger log = LoggerFactory.getLogger(OshiHostStatistics.class);

    private final CentralProcessor processor;
    private final GlobalMemory memory;
    private final Path dataDirectory;
    private final @Nullable HWDiskStore disk;

    private long[] ticks;
    private long diskTransferMillis;
    private long diskStampMillis;
    private boolean spaceFailed;

    /**
     * Watches this host and the disk that holds {@code dataDirectory}.
     *
     * @throws IOException when the directory cannot be looked at
     */
    public OshiHostStatistics(Path dataDirectory) throws IOException {
        HardwareAbstractionLayer hardware = new SystemInfo().getHardware();
        processor = hardware.getProcessor();
        memory = hardware.getMemory();
        this.dataDirectory = dataDirectory;
        DiskSpace.of(dataDirectory);
        disk = DataDisk.find(hardware.getDiskStores(), dataDirectory);
        ticks = processor.getSystemCpuLoadTicks();
        if (disk != null) {
            diskTransferMillis = disk.getTransferTime();
            diskStampMillis = disk.getTimeStamp();
        }
    }

    @Override
    public synchronized HostLoad sample() {
        DiskSpace space = space();
        return new HostLoad(
                cpu(), memory.getTotal(), memory.getAvailable(), space.totalBytes(), space.usableBytes(), diskBusy());
    }

    private double cpu() {
        double load = processor.getSystemCpuLoadBetweenTicks(ticks);
        ticks = processor.getSystemCpuLoadTicks();
        return share(load);
    }

    private double diskBusy() {
        if (disk == null || !disk.updateAttributes()) {
            return 0;
        }
        long elapsedMillis = disk.getTimeStamp() - diskStampMillis;
        long busyMillis = disk.getTransferTime() - diskTransferMillis;
        diskStampMillis = disk.getTimeStamp();
        diskTransferMillis = disk.getTransferTime();
        return elapsedMillis <= 0 ? 0 : share((double) busyMillis / elapsedMillis);
    }

    private DiskSpace space() {
        try {
            DiskSpace space = DiskSpace.of(dataDirectory);
            spaceFailed = false;
            return space;
        } catch (IOException e) {
            if (!spaceFailed) {
                log.warn("{}", e.getMessage());
            }
            spaceFailed = true;
            return new DiskSpace(0, 0);
        }
    }

    /** Clock steps and counter wraps give figures beyond the range; they say nothing worth failing for. */
    private static double share(double value) {
        return Double.isNaN(value) ? 0 : Math.max(0, Math.min(1, value));
    }
}
