package io.dbfs.supernode.names;

import com.google.protobuf.ByteString;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A POSIX access control list (acl(5)). Its extended attribute is that of Linux, {@code linux/posix_acl_xattr.h}; what is
 * valid is {@code posix_acl_valid} of Linux' fs/posix_acl.c.
 */
final class PosixAcl {
    private static final int VERSION = 2;
    private static final int HEADER_BYTES = 4;
    private static final int ENTRY_BYTES = 8;
    private static final int NO_ID = -1;
    private static final int READ_WRITE_EXECUTE = 07;
    private static final int PERMISSIONS = 0777;

    private static final int USER_OBJ = 0x01;
    private static final int USER = 0x02;
    private static final int GROUP_OBJ = 0x04;
    private static final int GROUP = 0x08;
    private static final int MASK = 0x10;
    private static final int OTHER = 0x20;

    private final List<Entry> entries;

    private record Entry(int tag, int permissions, int id) {
        boolean named() {
            return tag == USER || tag == GROUP;
        }
    }

    private PosixAcl(List<Entry> entries) {
        this.entries = entries;
    }

    /**
     * Reads the attribute's value. One without entries means that there is no list.
     *
     * @throws FsException EOPNOTSUPP for another version of the form, EINVAL for one that is not valid
     */
    static PosixAcl parse(ByteString value) {
        if (value.size() < HEADER_BYTES || (value.size() - HEADER_BYTES) % ENTRY_BYTES != 0) {
            throw new FsException(Errno.EINVAL, "ACL of " + value.size() + " bytes");
        }
        ByteBuffer bytes = value.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        int version = bytes.getInt();
        if (version != VERSION) {
            throw new FsException(Errno.EOPNOTSUPP, "ACL version " + version + " (expected: " + VERSION + ")");
        }
        List<Entry> entries = new ArrayList<>();
        while (bytes.hasRemaining()) {
            int tag = Short.toUnsignedInt(bytes.getShort());
            int permissions = Short.toUnsignedInt(bytes.getShort());
            int id = bytes.getInt();
            entries.add(new Entry(tag, permissions, tag == USER || tag == GROUP ? id : NO_ID));
        }
        requireValid(entries);
        return new PosixAcl(entries);
    }

    /** Tags in their order, each of owner, group and others once, a mask once and where users or groups are named. */
    private static void requireValid(List<Entry> entries) {
        int before = 0;
        int seen = 0;
        for (Entry entry : entries) {
            boolean single = !entry.named();
            boolean known = Integer.bitCount(entry.tag()) == 1 && entry.tag() <= OTHER;
            boolean ordered = single ? entry.tag() > before : entry.tag() >= before;
            boolean identified = single || entry.id() != NO_ID;
            if (!known || !ordered || !identified || (entry.permissions() & ~READ_WRITE_EXECUTE) != 0) {
                throw new FsException(Errno.EINVAL, "ACL entry " + entry);
            }
            before = entry.tag();
            seen |= entry.tag();
        }
        int base = USER_OBJ | GROUP_OBJ | OTHER;
        boolean named = (seen & (USER | GROUP)) != 0;
        if (!entries.isEmpty() && ((seen & base) != base || (named && (seen & MASK) == 0))) {
            throw new FsException(Errno.EINVAL, "ACL lacks an entry: has tags " + Integer.toHexString(seen));
        }
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Whether the nine permission bits say as much. */
    boolean isMode() {
        return entries.stream().noneMatch(entry -> entry.named() || entry.tag() == MASK);
    }

    /** The nine permission bits that show it: where there is a mask it stands for the group. */
    int permissions() {
        return (permissions(USER_OBJ) << 6) | (permissions(groupClass()) << 3) | permissions(OTHER);
    }

    /** The list after chmod(2). */
    PosixAcl withMode(int mode) {
        int group = groupClass();
        return new PosixAcl(entries.stream()
                .map(entry -> {
                    int shift = entry.tag() == USER_OBJ ? 6 : entry.tag() == group ? 3 : 0;
                    boolean shown = entry.tag() == USER_OBJ || entry.tag() == group || entry.tag() == OTHER;
                    return shown ? new Entry(entry.tag(), (mode >> shift) & READ_WRITE_EXECUTE, entry.id()) : entry;
                })
                .toList());
    }

    /** The access list of what is made with this mode in a directory of which this is the default list. */
    PosixAcl inherited(int mode) {
        return withMode(permissions() & mode & PERMISSIONS);
    }

    private int groupClass() {
        return entries.stream().anyMatch(entry -> entry.tag() == MASK) ? MASK : GROUP_OBJ;
    }

    private int permissions(int tag) {
        return entries.stream()
                .filter(entry -> entry.tag() == tag)
                .mapToInt(Entry::permissions)
                .findFirst()
                .orElse(0);
    }

    ByteString toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + entries.size() * ENTRY_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(VERSION);
        entries.forEach(entry -> bytes.putShort((short) entry.tag())
                .putShort((short) entry.permissions())
                .putInt(entry.id()));
        return ByteString.copyFrom(bytes.flip());
    }
}
