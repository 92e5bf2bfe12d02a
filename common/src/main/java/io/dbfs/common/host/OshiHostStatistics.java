package io.dbfs.common.host;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
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
 * Figures by OSHI; space by the data directory's own file store, because OSHI's list of file stores would ask every
 * mount of the host, our own included.
 */
public final class OshiHostStatistics implements HostStatistics {
    private static final Logger log = LoggerFactory.getLogger(OshiHostStatistics.class);

    private final CentralProcessor processor;
    private final GlobalMemory memory;
    private final FileStore store;
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
        store = Files.getFileStore(dataDirectory);
        disk = DataDisk.find(hardware.getDiskStores(), dataDirectory);
        ticks = processor.getSystemCpuLoadTicks();
        if (disk != null) {
            diskTransferMillis = disk.getTransferTime();
            diskStampMillis = disk.getTimeStamp();
        }
    }

    @Override
    public synchronized HostLoad sample() {
        return new HostLoad(
                cpu(),
                memory.getTotal(),
                memory.getAvailable(),
                space(FileStore::getTotalSpace),
                space(FileStore::getUsableSpace),
                diskBusy());
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

    private long space(SpaceFigure figure) {
        try {
            long bytes = figure.of(store);
            spaceFailed = false;
            return bytes;
        } catch (IOException e) {
            if (!spaceFailed) {
                log.warn("space of {}: {}", store, e.toString());
            }
            spaceFailed = true;
            return 0;
        }
    }

    /** Clock steps and counter wraps give figures beyond the range; they say nothing worth failing for. */
    private static double share(double value) {
        return Double.isNaN(value) ? 0 : Math.max(0, Math.min(1, value));
    }

    private interface SpaceFigure {
        long of(FileStore store) throws IOException;
    }
}
