package io.dbfs.daemon.client;

import io.dbfs.proto.GetInodesReply;
import io.dbfs.proto.GetInodesRequest;
import io.dbfs.proto.GetXattrReply;
import io.dbfs.proto.GetXattrRequest;
import io.dbfs.proto.InodeReply;
import io.dbfs.proto.ListXattrsReply;
import io.dbfs.proto.ListXattrsRequest;
import io.dbfs.proto.LookupRequest;
import io.dbfs.proto.NameOperation;
import io.dbfs.proto.NameOutcome;
import io.dbfs.proto.NamesGrpc;
import io.dbfs.proto.ReadDirectoryReply;
import io.dbfs.proto.ReadDirectoryRequest;
import io.dbfs.proto.ReadLinkReply;
import io.dbfs.proto.ReadLinkRequest;
import io.dbfs.proto.StatFilesystemReply;
import io.dbfs.proto.StatFilesystemRequest;
import java.util.function.LongSupplier;

/** The namespace over gRPC. */
final class GrpcNamesClient implements NamesClient {
    private final GroupCalls supernode;
    private final OpStamps stamps;
    private final LongSupplier watcher;

    /** @param watcher the session that is told of changes, 0 while none is */
    GrpcNamesClient(GroupCalls supernode, OpStamps stamps, LongSupplier watcher) {
        this.supernode = supernode;
        this.stamps = stamps;
        this.watcher = watcher;
    }

    @Override
    public NameOutcome execute(NameOperation operation) {
        return stamps.with(op -> supernode.call(
                NamesGrpc.getExecuteMethod(), operation.toBuilder().setOp(op).build(), NameOutcome::getRefusal));
    }

    @Override
    public InodeReply lookup(LookupRequest request) {
        return supernode.call(
                NamesGrpc.getLookupMethod(),
                request.toBuilder().setNamesCachedBy(watcher.getAsLong()).build(),
                InodeReply::getRefusal);
    }

    @Override
    public GetInodesReply getInodes(GetInodesRequest request) {
        return supernode.call(NamesGrpc.getGetInodesMethod(), request, GetInodesReply::getRefusal);
    }

    @Override
    public ReadLinkReply readLink(ReadLinkRequest request) {
        return supernode.call(NamesGrpc.getReadLinkMethod(), request, ReadLinkReply::getRefusal);
    }

    @Override
    public ReadDirectoryReply readDirectory(ReadDirectoryRequest request) {
        return supernode.call(
                NamesGrpc.getReadDirectoryMethod(),
                request.toBuilder().setNamesCachedBy(watcher.getAsLong()).build(),
                ReadDirectoryReply::getRefusal);
    }

    @Override
    public GetXattrReply getXattr(GetXattrRequest request) {
        return supernode.call(NamesGrpc.getGetXattrMethod(), request, GetXattrReply::getRefusal);
    }

    @Override
    public ListXattrsReply listXattrs(ListXattrsRequest request) {
        return supernode.call(NamesGrpc.getListXattrsMethod(), request, ListXattrsReply::getRefusal);
    }

    @Override
    public StatFilesystemReply statFilesystem() {
        return supernode.call(
                NamesGrpc.getStatFilesystemMethod(),
                StatFilesystemRequest.getDefaultInstance(),
                StatFilesystemReply::getRefusal);
    }
}
