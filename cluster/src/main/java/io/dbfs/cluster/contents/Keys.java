package io.dbfs.cluster.contents;

import java.nio.ByteBuffer;

/** The keys of the contents' state. Numbers are big-endian, so that keys order as the numbers do, unsigned. */
final class Keys {
    /** The one {@code ContentsRecord}. */
    static final byte[] CLUSTER = {1};
    /** node id: {@code NodeRecord}. */
    static final byte[] NODES = {2};
    /** chunk id: {@code ChunkRecord}. */
    static final byte[] CHUNKS = {5};
    /** Copies (1 byte), chunk id: a chunk that waits for repair; the most endangered first. */
    static final byte[] BELOW_COPIES = {7};
    /** inode: a file that has piled up inline pieces. */
    static final byte[] CROWDED = {8};
    /** inode: a dropped file whose extents are not all released yet. */
    static final byte[] RELEASING = {9};

    /** chunk id: a chunk that is mostly dead. */
    static final byte[] SPARSE = {11};

    /** chunk id: a chunk that has its copies, but on too few hosts. */
    static final byte[] MISPLACED = {20};

    /** chunk id: a chunk that will not be committed, above the low watermark of those. */
    static final byte[] ABANDONED = {21};

    /** holder: {@code LockHolderRecord}. */
    static final byte[] LOCK_HOLDERS = {31};

    private static final byte FILE = 3;
    private static final byte EXTENT = 4;
    private static final byte ON_NODE = 6;
    private static final byte DROP = 10;
    private static final byte SHARER = 12;
    private static final byte INLINE_BYTES = 13;

    private static final byte LOCKS = 30;
    private static final byte LOCKED_BY = 32;
    private static final byte LOCK_WAIT = 33;

    private Keys() {}

    static byte[] node(int node) {
        return ByteBuffer.allocate(5).put(NODES).putInt(node).array();
    }

    static byte[] file(long inode) {
        return tagged(FILE, inode);
    }

    /** Prefix of a file's extents. */
    static byte[] extents(long inode) {
        return tagged(EXTENT, inode);
    }

    /**
     * An extent, by where it ends: the first key after a position is then the first extent that reaches beyond it, and
     * finding it takes one step forward.
     */
    static byte[] extent(long inode, long end) {
        return tagged(EXTENT, inode, end);
    }

    /** The bytes of an inline piece that ends there and has them apart. */
    static byte[] inlineBytes(long inode, long end) {
        return tagged(INLINE_BYTES, inode, end);
    }

    static byte[] chunk(long chunk) {
        return tagged(CHUNKS[0], chunk);
    }

    /** Prefix of the chunks that have a copy on a node. */
    static byte[] onNode(int node) {
        return ByteBuffer.allocate(5).put(ON_NODE).putInt(node).array();
    }

    static byte[] onNode(int node, long chunk) {
        return ByteBuffer.allocate(13).put(ON_NODE).putInt(node).putLong(chunk).array();
    }

    /** Prefix of the chunks that wait for repair with so many copies. */
    static byte[] belowCopies(int copies) {
        return new byte[] {BELOW_COPIES[0], (byte) copies};
    }

    static byte[] belowCopies(int copies, long chunk) {
        return ByteBuffer.allocate(10)
                .put(BELOW_COPIES)
                .put((byte) copies)
                .putLong(chunk)
                .array();
    }

    static byte[] crowded(long inode) {
        return tagged(CROWDED[0], inode);
    }

    static byte[] releasing(long inode) {
        return tagged(RELEASING[0], inode);
    }

    static byte[] sparse(long chunk) {
        return tagged(SPARSE[0], chunk);
    }

    static byte[] misplaced(long chunk) {
        return tagged(MISPLACED[0], chunk);
    }

    static byte[] abandoned(long chunk) {
        return tagged(ABANDONED[0], chunk);
    }

    /** Prefix of the files that refer to a chunk without owning it. */
    static byte[] sharers(long chunk) {
        return tagged(SHARER, chunk);
    }

    /** chunk id, inode: how many of the chunk's live bytes are this file's (8 bytes). */
    static byte[] sharer(long chunk, long inode) {
        return tagged(SHARER, chunk, inode);
    }

    /** Prefix of the chunks a node is to delete. */
    static byte[] drops(int node) {
        return ByteBuffer.allocate(5).put(DROP).putInt(node).array();
    }

    static byte[] drop(int node, long chunk) {
        return ByteBuffer.allocate(13).put(DROP).putInt(node).putLong(chunk).array();
    }

    /** A file's locks: {@code FileLocksRecord}. */
    static byte[] locks(long inode) {
        return tagged(LOCKS, inode);
    }

    static byte[] lockHolder(long holder) {
        return tagged(LOCK_HOLDERS[0], holder);
    }

    /** Prefix of the files in which a holder has locks or waits for some. */
    static byte[] lockedBy(long holder) {
        return tagged(LOCKED_BY, holder);
    }

    static byte[] lockedBy(long holder, long inode) {
        return tagged(LOCKED_BY, holder, inode);
    }

    /** Prefix of the files in which an owner waits for fcntl locks. */
    static byte[] lockWaits(FileLock.Owner owner) {
        return tagged(LOCK_WAIT, owner.holder(), owner.id());
    }

    static byte[] lockWait(FileLock.Owner owner, long inode) {
        return ByteBuffer.allocate(25)
                .put(LOCK_WAIT)
                .putLong(owner.holder())
                .putLong(owner.id())
                .putLong(inode)
                .array();
    }

    /** The id that a key ends with. */
    static long lastLong(byte[] key) {
        return ByteBuffer.wrap(key).getLong(key.length - Long.BYTES);
    }

    private static byte[] tagged(byte tag, long id, long second) {
        return ByteBuffer.allocate(17).put(tag).putLong(id).putLong(second).array();
    }

    private static byte[] tagged(byte tag, long id) {
        return ByteBuffer.allocate(9).put(tag).putLong(id).array();
    }
}
