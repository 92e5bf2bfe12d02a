package io.dbfs.daemon.vfs;

import com.google.protobuf.ByteString;
import io.dbfs.common.Caller;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.daemon.client.NamesClient;
import io.dbfs.fuse.FileSystem.XattrMode;
import io.dbfs.proto.GetXattrRequest;
import io.dbfs.proto.ListXattrsRequest;
import io.dbfs.proto.RemoveXattrOperation;
import io.dbfs.proto.SetXattrOperation;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Extended attributes. The kernel asks for one before every write, so an inode without any costs no request. */
final class Xattrs {
    private static final byte[] CAPABILITY = "security.capability".getBytes(StandardCharsets.US_ASCII);

    private final NamesClient names;
    private final NameOperations operations;
    private final Stats stats;

    Xattrs(NamesClient names, NameOperations operations, Stats stats) {
        this.names = names;
        this.operations = operations;
        this.stats = stats;
    }

    byte[] get(Caller caller, InodeId inode, byte[] name) {
        if (!stats.hasXattrs(inode)) {
            throw new FsException(Errno.ENODATA);
        }
        return names.getXattr(GetXattrRequest.newBuilder()
                        .setCaller(Callers.toProto(caller))
                        .setInode(inode.value())
                        .setName(ByteString.copyFrom(name))
                        .build())
                .getValue()
                .toByteArray();
    }

    List<byte[]> list(Caller caller, InodeId inode) {
        if (!stats.hasXattrs(inode)) {
            return List.of();
        }
        return names
                .listXattrs(ListXattrsRequest.newBuilder()
                        .setCaller(Callers.toProto(caller))
                        .setInode(inode.value())
                        .build())
                .getNamesList()
                .stream()
                .map(ByteString::toByteArray)
                .toList();
    }

    void set(Caller caller, InodeId inode, byte[] name, byte[] value, XattrMode mode) {
        SetXattrOperation set = SetXattrOperation.newBuilder()
                .setInode(inode.value())
                .setName(ByteString.copyFrom(name))
                .setValue(ByteString.copyFrom(value))
                .setMustCreate(mode == XattrMode.CREATE)
                .setMustReplace(mode == XattrMode.REPLACE)
                .build();
        operations.execute(caller, operation -> operation.setSetXattr(set));
    }

    /** Takes security.capability away, unless another has. */
    void dropCapability(Caller caller, InodeId inode) {
        try {
            remove(caller, inode, CAPABILITY);
        } catch (FsException e) {
            if (e.errno() != Errno.ENODATA && e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }

    void remove(Caller caller, InodeId inode, byte[] name) {
        RemoveXattrOperation remove = RemoveXattrOperation.newBuilder()
                .setInode(inode.value())
                .setName(ByteString.copyFrom(name))
                .build();
        operations.execute(caller, operation -> operation.setRemoveXattr(remove));
    }
}
