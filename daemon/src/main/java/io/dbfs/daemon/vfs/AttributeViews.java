package io.dbfs.daemon.vfs;

import io.dbfs.common.Attributes;
import io.dbfs.common.InodeId;
import io.dbfs.common.InodeType;
import io.dbfs.proto.FileAttributes;
import io.dbfs.proto.Inode;

/** An inode's identity and its contents as one stat(2). */
final class AttributeViews {
    private AttributeViews() {}

    /** {@code contents} counts only where a regular file's record exists. */
    static Attributes merge(Inode identity, FileAttributes contents) {
        boolean own = identity.getType() == io.dbfs.proto.InodeType.REGULAR && contents.getExists();
        return new Attributes(
                new InodeId(identity.getId()),
                typeOf(identity.getType()),
                identity.getMode(),
                identity.getUid(),
                identity.getGid(),
                identity.getLinkCount(),
                identity.getDevice(),
                own ? contents.getSize() : identity.getSize(),
                own ? contents.getAllocatedBytes() : 0,
                own ? contents.getAtimeNanos() : identity.getAtimeNanos(),
                own ? contents.getMtimeNanos() : identity.getMtimeNanos(),
                own ? Math.max(identity.getCtimeNanos(), contents.getCtimeNanos()) : identity.getCtimeNanos(),
                identity.getBirthNanos());
    }

    /** From its form on the wire. */
    static InodeType typeOf(io.dbfs.proto.InodeType type) {
        return switch (type) {
            case REGULAR -> InodeType.REGULAR;
            case DIRECTORY -> InodeType.DIRECTORY;
            case SYMLINK -> InodeType.SYMLINK;
            case FIFO -> InodeType.FIFO;
            case SOCKET -> InodeType.SOCKET;
            case CHARACTER_DEVICE -> InodeType.CHARACTER_DEVICE;
            case BLOCK_DEVICE -> InodeType.BLOCK_DEVICE;
            case INODE_TYPE_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException("inode type: " + type);
        };
    }

    /** In its form on the wire. */
    static io.dbfs.proto.InodeType toProto(InodeType type) {
        return switch (type) {
            case REGULAR -> io.dbfs.proto.InodeType.REGULAR;
            case DIRECTORY -> io.dbfs.proto.InodeType.DIRECTORY;
            case SYMLINK -> io.dbfs.proto.InodeType.SYMLINK;
            case FIFO -> io.dbfs.proto.InodeType.FIFO;
            case SOCKET -> io.dbfs.proto.InodeType.SOCKET;
            case CHARACTER_DEVICE -> io.dbfs.proto.InodeType.CHARACTER_DEVICE;
            case BLOCK_DEVICE -> io.dbfs.proto.InodeType.BLOCK_DEVICE;
        };
    }
}
