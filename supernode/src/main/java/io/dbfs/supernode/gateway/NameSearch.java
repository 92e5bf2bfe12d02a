package io.dbfs.supernode.gateway;

import com.google.protobuf.ByteString;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.FindNamesReply;
import io.dbfs.proto.FindNamesRequest;
import io.dbfs.supernode.names.NamesReader;
import java.util.HashSet;
import java.util.Set;

/** Finds the names of inodes by looking through all entries: a regular file does not know where it is named. */
final class NameSearch {
    static final int INODES_MAX = 10_000;
    /** Entries looked at for one request, which takes some milliseconds. */
    static final int ENTRIES_MAX = 4096;

    private NameSearch() {}

    static FindNamesReply find(NamesReader names, FindNamesRequest request) {
        if (request.getInodesCount() > INODES_MAX) {
            throw new FsException(
                    Errno.EINVAL, "inodes: " + request.getInodesCount() + " (expected: <= " + INODES_MAX + ")");
        }
        Set<Long> wanted = new HashSet<>(request.getInodesList());
        FindNamesReply.Builder reply = FindNamesReply.newBuilder().setEnd(true);
        int[] seen = new int[1];
        names.entriesAfter(request.getAfterDirectory(), request.getAfterName(), (directory, name, inode) -> {
            if (seen[0]++ == ENTRIES_MAX) {
                reply.setEnd(false);
                return false;
            }
            reply.setDirectory(directory).setName(name);
            if (wanted.contains(inode)) {
                reply.addFound(found(directory, name, inode));
            }
            return true;
        });
        return reply.build();
    }

    private static FindNamesReply.Found found(long directory, ByteString name, long inode) {
        return FindNamesReply.Found.newBuilder()
                .setInode(inode)
                .setDirectory(directory)
                .setName(name)
                .build();
    }
}
