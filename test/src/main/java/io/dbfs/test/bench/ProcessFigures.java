package io.dbfs.test.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the kernel says of a process. */
final class ProcessFigures {
    /** USER_HZ: what /proc counts processor time in, 100 on every Linux that Java runs on. */
    private static final double TICKS_PER_SECOND = 100;
    /** Position of utime in /proc/PID/stat, counted behind the command's closing parenthesis. */
    private static final int UTIME = 11;

    private ProcessFigures() {}

    /** Processor time, user and system, of a process and of its children that ended, in seconds. */
    static double cpuSeconds(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        double ticks = 0;
        for (String field : fields.subList(UTIME, UTIME + 4)) {
            ticks += Long.parseLong(field);
        }
        return ticks / TICKS_PER_SECOND;
    }

    /** Resident memory in MiB: now, and the most it ever was. */
    static Memory memory(long pid) throws IOException {
        double resident = 0;
        double peak = 0;
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                resident = mebibytes(line);
            } else if (line.startsWith("VmHWM:")) {
                peak = mebibytes(line);
            }
        }
        return new Memory(resident, peak);
    }

    private static double mebibytes(String line) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
    }

    /** Resident memory of a process, in MiB. */
    record Memory(double residentMebibytes, double peakMebibytes) {}
}
