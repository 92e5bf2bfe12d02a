package io.dbfs.supernode.names;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;

/**
 * The keys of the namespace's state: one byte for the kind, then ids as big-endian 64 bit, so that what belongs
 * together is adjacent. Kind 0 is the replication runtime's.
 */
final class Keys {
    static final byte[] NAMESPACE = {1};
    static final byte[] SESSIONS = {6};
    static final byte[] RELEASES = {9};
    static final byte[] CLUSTERS = {10};

    private static final byte INODE = 2;
    private static final byte ENTRY = 3;
    private static final byte COOKIE = 4;
    private static final byte XATTR = 5;
    private static final byte SESSION = 6;
    private static final byte ORPHAN = 7;
    private static final byte ORPHAN_WAIT = 8;
    private static final byte RELEASE = 9;
    private static final byte CLUSTER = 10;
    private static final byte SYMLINK = 11;

    private static final int KIND_BYTES = 1;

    private Keys() {}

    static byte[] inode(long id) {
        return key(INODE, id);
    }

    static byte[] entry(long parent, ByteString name) {
        return key(ENTRY, parent, name);
    }

    /** Prefix of all entries by name, of all directories. */
    static byte[] entries() {
        return new byte[] {ENTRY};
    }

    /** Behind an entry and before the next one. */
    static byte[] behindEntry(long parent, ByteString name) {
        return entry(parent, name.concat(ByteString.copyFrom(new byte[1])));
    }

    /** The name in a key made by {@link #entry}. */
    static ByteString entryName(byte[] key) {
        return ByteString.copyFrom(key, KIND_BYTES + Long.BYTES, key.length - KIND_BYTES - Long.BYTES);
    }

    static byte[] cookies(long parent) {
        return key(COOKIE, parent);
    }

    static byte[] cookie(long parent, long cookie) {
        return key(COOKIE, parent, cookie);
    }

    static byte[] xattrs(long inode) {
        return key(XATTR, inode);
    }

    static byte[] xattr(long inode, ByteString name) {
        return key(XATTR, inode, name);
    }

    /** The name in a key made by {@link #xattr}. */
    static ByteString xattrName(byte[] key) {
        return ByteString.copyFrom(key, KIND_BYTES + Long.BYTES, key.length - KIND_BYTES - Long.BYTES);
    }

    static byte[] session(long id) {
        return key(SESSION, id);
    }

    static byte[] orphan(long inode) {
        return key(ORPHAN, inode);
    }

    static byte[] orphanWaits(long session) {
        return key(ORPHAN_WAIT, session);
    }

    static byte[] orphanWait(long session, long inode) {
        return key(ORPHAN_WAIT, session, inode);
    }

    static byte[] releases(int cluster) {
        return key(RELEASE, cluster);
    }

    static byte[] release(int cluster, long inode) {
        return key(RELEASE, cluster, inode);
    }

    static byte[] cluster(int id) {
        return key(CLUSTER, id);
    }

    static byte[] symlink(long inode) {
        return key(SYMLINK, inode);
    }

    /** The id that follows the kind. */
    static long firstId(byte[] key) {
        return ByteBuffer.wrap(key).getLong(KIND_BYTES);
    }

    /** The id that follows the first id. */
    static long secondId(byte[] key) {
        return ByteBuffer.wrap(key).getLong(KIND_BYTES + Long.BYTES);
    }

    private static byte[] key(byte kind, long id) {
        return ByteBuffer.allocate(KIND_BYTES + Long.BYTES)
                .put(kind)
                .putLong(id)
                .array();
    }

    private static byte[] key(byte kind, long first, long second) {
        return ByteBuffer.allocate(KIND_BYTES + 2 * Long.BYTES)
                .put(kind)
                .putLong(first)
                .putLong(second)
                .array();
    }

    private static byte[] key(byte kind, long id, ByteString rest) {
        ByteBuffer key = ByteBuffer.allocate(KIND_BYTES + Long.BYTES + rest.size());
        rest.copyTo(key.put(kind).putLong(id));
        return key.array();
    }
}
