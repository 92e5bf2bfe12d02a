package io.dbfs.fuse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The kernel's list of mounts ({@code proc_pid_mountinfo(5)}); reading it touches none of them. */
public final class MountTable {
    private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");
    private static final int DEVICE_FIELD = 2;
    private static final int MOUNT_POINT_FIELD = 4;
    /** Ends the optional fields; type and source follow. */
    private static final String SEPARATOR = "-";

    private final List<String> lines;

    private MountTable(List<String> lines) {
        this.lines = lines;
    }

    /** The mounts that this process sees now. */
    public static MountTable read() {
        try {
            return of(Files.readString(MOUNTINFO, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new MountException("cannot read " + MOUNTINFO + ": " + e.getMessage(), e);
        }
    }

    static MountTable of(String text) {
        return new MountTable(text.lines().toList());
    }

    /** The type of the FUSE filesystem mounted on a directory; the topmost when several are. */
    Optional<String> fuseTypeAt(Path directory) {
        return typeAt(directory).filter(type -> type.equals("fuse") || type.startsWith("fuse."));
    }

    /** The type of what is mounted on a directory. */
    Optional<String> typeAt(Path directory) {
        return fieldsAt(directory).map(fields -> fields.get(fields.indexOf(SEPARATOR) + 1));
    }

    /** The device number of what is mounted on a directory, "major:minor". */
    public Optional<String> deviceAt(Path directory) {
        return fieldsAt(directory).map(fields -> fields.get(DEVICE_FIELD));
    }

    private Optional<List<String>> fieldsAt(Path directory) {
        String path = directory.toString();
        return lines.stream()
                .map(line -> List.of(line.split(" ", -1)))
                .filter(fields -> fields.indexOf(SEPARATOR) > MOUNT_POINT_FIELD
                        && unescape(fields.get(MOUNT_POINT_FIELD)).equals(path))
                .reduce((below, above) -> above);
    }

    /** Blanks and the like are written as a backslash and three octal digits. */
    private static String unescape(String field) {
        if (field.indexOf('\\') < 0) {
            return field;
        }
        byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream plain = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\\' && i + 3 < bytes.length) {
                plain.write((bytes[i + 1] - '0') * 64 + (bytes[i + 2] - '0') * 8 + (bytes[i + 3] - '0'));
                i += 3;
            } else {
                plain.write(bytes[i]);
            }
        }
        return plain.toString(StandardCharsets.UTF_8);
    }
}
