package io.dbfs.test.differential;

import static io.dbfs.test.posix.libc.Constants.AT_SYMLINK_NOFOLLOW;
import static io.dbfs.test.posix.libc.Constants.S_IFDIR;
import static io.dbfs.test.posix.libc.Constants.S_IFIFO;
import static io.dbfs.test.posix.libc.Constants.S_IFREG;
import static io.dbfs.test.posix.libc.Constants.UTIME_NOW;
import static io.dbfs.test.posix.libc.Constants.UTIME_OMIT;

import io.dbfs.common.Errno;
import io.dbfs.test.posix.libc.DirectoryStream;
import io.dbfs.test.posix.libc.LibC;
import io.dbfs.test.posix.libc.Mapping;
import io.dbfs.test.posix.libc.Outcome;
import io.dbfs.test.posix.libc.Stat;
import io.dbfs.test.posix.libc.User;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

/**
 * Makes the calls of a sequence in one directory and says what came of each, in words that are the same on every
 * filesystem: no inode numbers, no clock times, no sizes of directories. For one thread.
 */
final class Player implements AutoCloseable {
    private static final List<LibC> CALLS =
            List.of(LibC.as(User.ROOT), LibC.as(User.ALICE), LibC.as(User.BOB), LibC.as(User.CAROL));
    static final int USERS = CALLS.size();

    /** Times that sequences set lie below, those of a clock above. */
    private static final long SET_TIMES_BELOW = 1_000_000_000_000_000_000L;

    private static final int[] OWNERS = {-1, 0, 10_001, 10_002};
    /** Never -1: whether chown(-1, -1) needs the owner depends on whether there is a bit to clear, and on the kernel. */
    private static final int[] GROUPS = {0, 20_001, 20_002, 20_003};

    private static final String[] XATTRS = {"user.a", "user.b", "trusted.t", "unknown.u"};
    private static final int XATTR_BYTES_MAX = 200;
    private static final int MAPPED_BYTES_MAX = 64 * 1024;

    private final String directory;
    private final int nodeType;
    private final int[] slots = new int[StepMaker.SLOTS];

    /** {@code nodeType}: of what mknod(2) makes. */
    Player(String directory, int nodeType) {
        this.directory = directory;
        this.nodeType = nodeType;
        Arrays.fill(slots, -1);
    }

    String play(Step step) {
        LibC calls = CALLS.get(step.user());
        String path = at(step.path());
        String other = at(step.other());
        int descriptor = slots[step.slot()];
        return switch (step.kind()) {
            case OPEN -> open(step, calls, path);
            case CLOSE -> close(step.slot());
            case PREAD -> read(calls, descriptor, step);
            case PWRITE -> result(calls.pwrite(descriptor, content(step), step.offset()));
            case WRITE -> result(calls.write(descriptor, content(step)));
            case MAP_WRITE -> mapWrite(calls, descriptor, step);
            case FTRUNCATE -> result(calls.ftruncate(descriptor, step.offset()));
            case TRUNCATE -> result(calls.truncate(path, step.offset()));
            case FSYNC -> result(calls.fsync(descriptor));
            case FSTAT -> stat(calls.fstat(descriptor));
            case STAT -> stat(calls.stat(path));
            case LSTAT -> stat(calls.lstat(path));
            case MKDIR -> result(calls.mkdir(path, step.mode()));
            case RMDIR -> result(calls.rmdir(path));
            case UNLINK -> result(calls.unlink(path));
            case RENAME -> rename(calls, path, other, step.flags());
            case LINK -> result(calls.link(path, other));
            case SYMLINK -> result(calls.symlink(step.other(), path));
            case READLINK -> readlink(calls, path);
            case CHMOD -> result(calls.chmod(path, step.mode()));
            case FCHMOD -> result(looked(descriptor, () -> calls.fchmod(descriptor, step.mode())));
            case CHOWN -> result(calls.lchown(path, OWNERS[step.flags() & 3], GROUPS[step.length() & 3]));
            case UTIMENS -> result(calls.utimens(path, time(step.flags()), time(step.length()), AT_SYMLINK_NOFOLLOW));
            case FUTIMENS ->
                result(looked(descriptor, () -> calls.futimens(descriptor, time(step.flags()), time(step.length()))));
            case MKNOD -> result(calls.mknod(path, nodeType | step.mode(), 0));
            case SETXATTR -> result(calls.setxattr(path, xattr(step), xattrValue(step), step.flags()));
            case GETXATTR -> getxattr(calls, path, xattr(step));
            case LISTXATTR -> listxattr(calls, path);
            case REMOVEXATTR -> result(calls.removexattr(path, xattr(step)));
            case LIST -> list(calls, path);
            case ACCESS -> result(calls.access(path, step.flags()));
        };
    }

    private String at(String path) {
        return directory + "/" + path;
    }

    private String open(Step step, LibC calls, String path) {
        close(step.slot());
        int descriptor = calls.open(path, step.flags(), step.mode());
        slots[step.slot()] = Math.max(-1, descriptor);
        return descriptor < 0 ? result(descriptor) : "opened";
    }

    private String close(int slot) {
        int descriptor = slots[slot];
        slots[slot] = -1;
        return result(CALLS.get(0).close(descriptor));
    }

    /**
     * Looks at both names and tries again when what Linux knows of a directory is stale: one that is open here and was moved by
     * another mount it cannot take to its new place while it holds the lock of renames (fs/dcache.c, __d_unalias).
     */
    private static String rename(LibC calls, String path, String other, int flags) {
        int result = calls.rename(path, other, flags);
        if (result == -Errno.ESTALE.code()) {
            CALLS.get(0).lstat(path);
            CALLS.get(0).lstat(other);
            result = calls.rename(path, other, flags);
        }
        return result(result);
    }

    /**
     * Looks at the file first: Linux judges what is done to a descriptor by the owner that it knew when it last looked, and another
     * mount may have changed it since (fs/fuse/dir.c, fuse_do_setattr).
     */
    private static int looked(int descriptor, IntSupplier call) {
        CALLS.get(0).fstat(descriptor);
        return call.getAsInt();
    }

    private static String read(LibC calls, int descriptor, Step step) {
        byte[] data = new byte[step.length()];
        long count = calls.pread(descriptor, data, step.offset());
        return count < 0 ? result(count) : count + " bytes " + checksum(data, (int) count);
    }

    /** Writes through a mapping what lies inside the file; beyond its end there would be a signal. */
    private static String mapWrite(LibC calls, int descriptor, Step step) {
        Outcome<Stat> stat = calls.fstat(descriptor);
        if (stat.result() < 0 || stat.get().type() != S_IFREG || stat.get().size() == 0) {
            return "not mapped";
        }
        long length = Math.min(stat.get().size(), MAPPED_BYTES_MAX);
        int from = (int) (step.offset() % length);
        Outcome<Mapping> mapped = calls.map(descriptor, length, true);
        if (mapped.result() < 0) {
            return result(mapped.result());
        }
        try (Mapping mapping = mapped.get()) {
            byte[] data = content(step);
            mapping.put(from, Arrays.copyOf(data, (int) Math.min(data.length, length - from)));
            byte[] all = mapping.get(0, (int) length);
            return "mapped " + mapping.sync() + " " + checksum(all, all.length);
        }
    }

    private static byte[] content(Step step) {
        byte[] content = new byte[step.length()];
        new Random(step.offset() * 31 + step.flags()).nextBytes(content);
        return content;
    }

    private static String stat(Outcome<Stat> outcome) {
        if (outcome.result() < 0) {
            return result(outcome.result());
        }
        Stat stat = outcome.get();
        return String.format(
                "mode %o links %d uid %d gid %d size %s mtime %s",
                stat.mode(),
                stat.links(),
                stat.uid(),
                stat.gid(),
                stat.type() == S_IFDIR ? "-" : String.valueOf(stat.size()),
                modified(stat));
    }

    /** What goes through a pipe never reaches a FUSE filesystem, nor do its times. */
    private static String modified(Stat stat) {
        if (stat.type() == S_IFIFO) {
            return "-";
        }
        return stat.mtime() < SET_TIMES_BELOW ? String.valueOf(stat.mtime()) : "clock";
    }

    private static String readlink(LibC calls, String path) {
        byte[] target = new byte[4096];
        long length = calls.readlink(path, target);
        return length < 0 ? result(length) : checksum(target, (int) length);
    }

    private static long time(int number) {
        return switch (number % 4) {
            case 0 -> UTIME_NOW;
            case 1 -> UTIME_OMIT;
            default -> number * 1_000_000_007L;
        };
    }

    private static String xattr(Step step) {
        return XATTRS[step.slot() % XATTRS.length];
    }

    private static byte[] xattrValue(Step step) {
        byte[] content = content(step);
        return Arrays.copyOf(content, Math.min(content.length, XATTR_BYTES_MAX));
    }

    private static String getxattr(LibC calls, String path, String name) {
        byte[] value = new byte[XATTR_BYTES_MAX];
        long length = calls.getxattr(path, name, value);
        return length < 0 ? result(length) : length + " bytes " + checksum(value, (int) length);
    }

    private static String listxattr(LibC calls, String path) {
        Outcome<String> list = calls.listxattr(path);
        return list.result() < 0
                ? result(list.result())
                : new TreeSet<>(List.of(list.get().split("\0"))).toString();
    }

    private static String list(LibC calls, String path) {
        Outcome<DirectoryStream> opened = calls.opendir(path);
        if (opened.result() < 0) {
            return result(opened.result());
        }
        TreeSet<String> names = new TreeSet<>();
        int count = 0;
        try (DirectoryStream stream = opened.get()) {
            for (Optional<DirectoryStream.Entry> next = stream.next(); next.isPresent(); next = stream.next()) {
                names.add(next.get().name() + " " + next.get().type());
                count++;
            }
        }
        return count + " entries " + names;
    }

    /** fsync(2) of every open file, so that what was written here can be seen elsewhere; what came of each. */
    String sync() {
        return Arrays.stream(slots)
                .filter(descriptor -> descriptor >= 0)
                .mapToObj(descriptor -> result(CALLS.get(0).fsync(descriptor)) + " ")
                .collect(Collectors.joining());
    }

    /** All that is there: names, attributes, contents, as root sees them. */
    String tree() {
        StringBuilder tree = new StringBuilder();
        walk("", tree);
        return tree.toString();
    }

    private void walk(String path, StringBuilder tree) {
        LibC root = CALLS.get(0);
        String full = directory + path;
        Outcome<Stat> stat = root.lstat(full);
        tree.append(path).append(": ").append(stat(stat)).append(' ').append(listxattr(root, full));
        if (stat.result() == 0 && stat.get().type() == S_IFREG) {
            int descriptor = root.open(full, 0);
            byte[] data = new byte[(int) stat.get().size()];
            tree.append(' ').append(checksum(data, (int) root.pread(descriptor, data, 0)));
            root.close(descriptor);
        }
        tree.append('\n');
        if (stat.result() == 0 && stat.get().type() == S_IFDIR) {
            try (DirectoryStream stream = root.opendir(full).get()) {
                TreeSet<String> names = new TreeSet<>();
                for (Optional<DirectoryStream.Entry> next = stream.next(); next.isPresent(); next = stream.next()) {
                    names.add(next.get().name());
                }
                names.removeAll(List.of(".", ".."));
                names.forEach(name -> walk(path + "/" + name, tree));
            }
        }
    }

    private static String checksum(byte[] data, int length) {
        CRC32C crc = new CRC32C();
        crc.update(data, 0, length);
        return Long.toHexString(crc.getValue());
    }

    private static String result(long result) {
        return result >= 0
                ? String.valueOf(result)
                : Errno.ofCode((int) -result).map(Errno::toString).orElse("errno " + -result);
    }

    @Override
    public void close() {
        for (int slot = 0; slot < slots.length; slot++) {
            close(slot);
        }
    }
}
