package io.dbfs.supernode.names;

import com.google.protobuf.ByteString;
import io.dbfs.proto.Inode;
import io.dbfs.proto.InodeType;
import java.util.Map;

/**
 * A program's capabilities, kept as an extended attribute (capabilities(7)). Like set-user-id they belong to the contents
 * and the owner that they were given to: whoever changes either takes them away, root included.
 */
final class Capability {
    static final ByteString NAME = ByteString.copyFromUtf8("security.capability");

    private Capability() {}

    /** The inode has these xattrs now. */
    static void note(Inode.Builder inode, Map<ByteString, ByteString> xattrs) {
        inode.setHasXattrs(!xattrs.isEmpty()).setHasCapability(xattrs.containsKey(NAME));
    }

    /** The inode, which is no directory, gets another owner. */
    static void drop(Draft draft, Inode.Builder inode) {
        if (inode.getHasCapability() && inode.getType() != InodeType.DIRECTORY) {
            Map<ByteString, ByteString> xattrs = draft.reader().xattrs(inode.getId());
            xattrs.remove(NAME);
            draft.delete(Keys.xattr(inode.getId(), NAME));
            note(inode, xattrs);
        }
    }
}
