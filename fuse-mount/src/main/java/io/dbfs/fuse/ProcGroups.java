package io.dbfs.fuse;

import io.dbfs.common.Caller;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Groups as proc(5) shows them. */
final class ProcGroups implements Groups {
    private static final String KEY = "Groups:";

    @Override
    public boolean include(Caller caller, int gid) {
        return caller.gid() == gid || (caller.pid() > 0 && names(status(caller.pid()), gid));
    }

    /** Nothing where the caller is gone, or not for our eyes: then it is in no group but its first. */
    private static String status(int pid) {
        try {
            return Files.readString(Path.of("/proc", Integer.toString(pid), "status"), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    /** Whether a {@code /proc/PID/status} names the group among the supplementary ones. */
    static boolean names(String status, int gid) {
        String wanted = Integer.toUnsignedString(gid);
        return status.lines()
                .filter(line -> line.startsWith(KEY))
                .flatMap(line ->
                        Arrays.stream(line.substring(KEY.length()).strip().split(" ")))
                .anyMatch(wanted::equals);
    }
}
