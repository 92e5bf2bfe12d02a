package io.dbfs.supernode.gateway;

import com.google.protobuf.ByteString;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.Name;
import io.dbfs.proto.DirectoryEntry;
import io.dbfs.proto.EntryRecord;
import io.dbfs.proto.GetInodesReply;
import io.dbfs.proto.GetInodesRequest;
import io.dbfs.proto.GetXattrReply;
import io.dbfs.proto.GetXattrRequest;
import io.dbfs.proto.Inode;
import io.dbfs.proto.InodeReply;
import io.dbfs.proto.ListXattrsReply;
import io.dbfs.proto.ListXattrsRequest;
import io.dbfs.proto.LookupRequest;
import io.dbfs.proto.ReadDirectoryReply;
import io.dbfs.proto.ReadDirectoryRequest;
import io.dbfs.proto.ReadLinkReply;
import io.dbfs.proto.ReadLinkRequest;
import io.dbfs.supernode.names.NamesReader;
import java.util.List;

/** What the namespace answers without changing. Failures are {@link FsException}s. */
final class NameReads {
    private static final int BATCH_MAX = 1000;
    private static final ByteString PARENT = ByteString.copyFromUtf8("..");

    private NameReads() {}

    static InodeReply lookup(NamesReader names, LookupRequest request) {
        Inode directory = names.directory(request.getParent());
        long found =
                request.getName().equals(PARENT) ? directory.getParent() : find(names, directory, request.getName());
        return InodeReply.newBuilder().setInode(require(names, found)).build();
    }

    private static long find(NamesReader names, Inode directory, ByteString name) {
        // For its failures: what is too long must not look like what is not there.
        Name.of(name.toByteArray());
        return names.entry(directory.getId(), name)
                .orElseThrow(() -> new FsException(Errno.ENOENT))
                .getInode();
    }

    static GetInodesReply getInodes(NamesReader names, GetInodesRequest request) {
        if (request.getIdsCount() > BATCH_MAX) {
            throw new FsException(
                    Errno.EINVAL, "inodes asked: " + request.getIdsCount() + " (expected: <= " + BATCH_MAX + ")");
        }
        GetInodesReply.Builder reply = GetInodesReply.newBuilder();
        for (long id : request.getIdsList()) {
            names.inode(id).ifPresent(reply::addInodes);
        }
        return reply.build();
    }

    static ReadLinkReply readLink(NamesReader names, ReadLinkRequest request) {
        return ReadLinkReply.newBuilder()
                .setTarget(names.target(request.getInode()))
                .build();
    }

    static ReadDirectoryReply readDirectory(NamesReader names, ReadDirectoryRequest request) {
        Inode directory = names.directory(request.getDirectory());
        int limit = limit(request.getLimit());
        List<EntryRecord> entries = names.entriesAfter(directory.getId(), request.getAfterCookie(), limit);
        ReadDirectoryReply.Builder reply =
                ReadDirectoryReply.newBuilder().setParent(directory.getParent()).setEnd(entries.size() < limit);
        for (EntryRecord entry : entries) {
            DirectoryEntry.Builder listed = reply.addEntriesBuilder()
                    .setName(entry.getName())
                    .setInodeId(entry.getInode())
                    .setType(entry.getType())
                    .setCookie(entry.getCookie());
            if (request.getWithInodes()) {
                listed.setInode(require(names, entry.getInode()));
            }
        }
        return reply.build();
    }

    static GetXattrReply getXattr(NamesReader names, GetXattrRequest request) {
        require(names, request.getInode());
        return names.xattr(request.getInode(), request.getName())
                .map(value -> GetXattrReply.newBuilder().setValue(value).build())
                .orElseThrow(() -> new FsException(Errno.ENODATA));
    }

    static ListXattrsReply listXattrs(NamesReader names, ListXattrsRequest request) {
        if (!require(names, request.getInode()).getHasXattrs()) {
            return ListXattrsReply.getDefaultInstance();
        }
        return ListXattrsReply.newBuilder()
                .addAllNames(names.xattrs(request.getInode()).keySet())
                .build();
    }

    private static int limit(int asked) {
        return asked <= 0 || asked > BATCH_MAX ? BATCH_MAX : asked;
    }

    private static Inode require(NamesReader names, long id) {
        return names.inode(id).orElseThrow(() -> new FsException(Errno.ENOENT));
    }
}
