package io.dbfs.supernode.gateway;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.watch.Watchers;
import io.dbfs.proto.FindNamesReply;
import io.dbfs.proto.FindNamesRequest;
import io.dbfs.proto.GetInodesReply;
import io.dbfs.proto.GetInodesRequest;
import io.dbfs.proto.GetXattrReply;
import io.dbfs.proto.GetXattrRequest;
import io.dbfs.proto.InodeReply;
import io.dbfs.proto.InodeType;
import io.dbfs.proto.ListXattrsReply;
import io.dbfs.proto.ListXattrsRequest;
import io.dbfs.proto.LookupRequest;
import io.dbfs.proto.NameOperation;
import io.dbfs.proto.NameOutcome;
import io.dbfs.proto.NamesGrpc;
import io.dbfs.proto.NamespaceRecord;
import io.dbfs.proto.ReadDirectoryReply;
import io.dbfs.proto.ReadDirectoryRequest;
import io.dbfs.proto.ReadLinkReply;
import io.dbfs.proto.ReadLinkRequest;
import io.dbfs.proto.Refusal;
import io.dbfs.proto.RegisteredCluster;
import io.dbfs.proto.StatFilesystemReply;
import io.dbfs.proto.StatFilesystemRequest;
import io.dbfs.raft.NotLeaderException;
import io.dbfs.supernode.registry.ClusterCapacity;
import io.dbfs.supernode.registry.ClusterRegistry;
import io.dbfs.supernode.replica.Namespace;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** Names over gRPC. No method blocks. */
public final class NamesService extends NamesGrpc.NamesImplBase {
    /** Far above what any operation needs; keeps rubbish out of the log. */
    private static final int OPERATION_BYTES_MAX = 1 << 20;

    private final Namespace namespace;
    private final ClusterRegistry registry;
    private final Watchers watchers;
    private final BooleanSupplier diskExhausted;

    /**
     * @param watchers are told what changes
     * @param diskExhausted whether this process has no room for what makes the namespace grow
     */
    public NamesService(
            Namespace namespace, ClusterRegistry registry, Watchers watchers, BooleanSupplier diskExhausted) {
        this.namespace = namespace;
        this.registry = registry;
        this.watchers = watchers;
        this.diskExhausted = diskExhausted;
    }

    @Override
    public void execute(NameOperation request, StreamObserver<NameOutcome> client) {
        CompletableFuture<NameOutcome> outcome;
        try {
            // Who changes a name caches what it leads to.
            watchers.watchNames(request.getOp().getClient(), NameChanges.directories(request));
            outcome = namespace
                    .execute(request, admit(request))
                    // Before the reply: who acts on it finds the others told, or about to be.
                    .thenCompose(
                            done -> NameChanges.tell(watchers, request, done).thenApply(told -> done));
        } catch (FsException | NotLeaderException refused) {
            outcome = CompletableFuture.failedFuture(refused);
        }
        Replies.send(
                outcome,
                client,
                failure -> refused(refusal(request.getOperationCase().name(), failure)));
    }

    /**
     * Gives the home cluster of the regular file that is asked for, otherwise 0; or fails before anything is in the
     * log, so that the same operation may succeed a moment later.
     */
    private int admit(NameOperation request) {
        if (request.getSerializedSize() > OPERATION_BYTES_MAX) {
            throw new FsException(
                    Errno.E2BIG,
                    "operation of " + request.getSerializedSize() + " bytes (expected: <= " + OPERATION_BYTES_MAX
                            + ")");
        }
        if (diskExhausted.getAsBoolean() && grows(request)) {
            throw new FsException(Errno.ENOSPC, "the supernode's disk is full");
        }
        if (!makesRegularFile(request)) {
            return 0;
        }
        if (!namespace.leads()) {
            throw namespace.notLeader();
        }
        return registry.chooseHomeCluster()
                .orElseThrow(() -> new FsException(Errno.EAGAIN, "no cluster has reported a leader yet"));
    }

    private static boolean grows(NameOperation request) {
        return request.hasCreate() || request.hasLink() || request.hasSetXattr();
    }

    private static boolean makesRegularFile(NameOperation request) {
        return request.hasCreate() && request.getCreate().getType() == InodeType.REGULAR;
    }

    private static NameOutcome refused(Refusal refusal) {
        return NameOutcome.newBuilder().setRefusal(refusal).build();
    }

    @Override
    public void lookup(LookupRequest request, StreamObserver<InodeReply> client) {
        watchers.watchNames(request.getNamesCachedBy(), List.of(request.getParent()));
        Replies.send(
                namespace.read(names -> NameReads.lookup(names, request)),
                client,
                failure -> InodeReply.newBuilder()
                        .setRefusal(refusal("lookup in " + request.getParent(), failure))
                        .build());
    }

    @Override
    public void getInodes(GetInodesRequest request, StreamObserver<GetInodesReply> client) {
        Replies.send(
                namespace.read(names -> NameReads.getInodes(names, request)),
                client,
                failure -> GetInodesReply.newBuilder()
                        .setRefusal(refusal("get " + request.getIdsCount() + " inodes", failure))
                        .build());
    }

    @Override
    public void readLink(ReadLinkRequest request, StreamObserver<ReadLinkReply> client) {
        Replies.send(
                namespace.read(names -> NameReads.readLink(names, request)),
                client,
                failure -> ReadLinkReply.newBuilder()
                        .setRefusal(refusal("readlink " + request.getInode(), failure))
                        .build());
    }

    @Override
    public void readDirectory(ReadDirectoryRequest request, StreamObserver<ReadDirectoryReply> client) {
        watchers.watch(request.getWatchedBy(), List.of(request.getDirectory()));
        watchers.watchNames(request.getNamesCachedBy(), List.of(request.getDirectory()));
        Replies.send(
                namespace.read(names -> NameReads.readDirectory(names, request)),
                client,
                failure -> ReadDirectoryReply.newBuilder()
                        .setRefusal(refusal("readdir " + request.getDirectory(), failure))
                        .build());
    }

    @Override
    public void getXattr(GetXattrRequest request, StreamObserver<GetXattrReply> client) {
        Replies.send(
                namespace.read(names -> NameReads.getXattr(names, request)),
                client,
                failure -> GetXattrReply.newBuilder()
                        .setRefusal(refusal("getxattr " + request.getInode(), failure))
                        .build());
    }

    @Override
    public void listXattrs(ListXattrsRequest request, StreamObserver<ListXattrsReply> client) {
        Replies.send(
                namespace.read(names -> NameReads.listXattrs(names, request)),
                client,
                failure -> ListXattrsReply.newBuilder()
                        .setRefusal(refusal("listxattr " + request.getInode(), failure))
                        .build());
    }

    /** A deleted file is an orphan until every mount has said that it does not hold it open. */
    private static boolean isReleasing(NamespaceRecord namespace) {
        return namespace.getReleasesPending() > 0 || namespace.getOrphans() > 0;
    }

    @Override
    public void statFilesystem(StatFilesystemRequest request, StreamObserver<StatFilesystemReply> client) {
        Replies.send(
                namespace.read(names -> {
                    ClusterCapacity capacity = registry.capacity();
                    return StatFilesystemReply.newBuilder()
                            .setTotalBytes(capacity.totalBytes())
                            .setFreeBytes(capacity.freeBytes())
                            .setInodes(names.namespace().getInodes())
                            .setPartial(registry.isPartial(names.clusters().stream()
                                    .map(RegisteredCluster::getId)
                                    .toList()))
                            .setReleasing(isReleasing(names.namespace()))
                            .build();
                }),
                client,
                failure -> StatFilesystemReply.newBuilder()
                        .setRefusal(refusal("statfs", failure))
                        .build());
    }

    @Override
    public void findNames(FindNamesRequest request, StreamObserver<FindNamesReply> client) {
        Replies.send(
                namespace.read(names -> NameSearch.find(names, request)),
                client,
                failure -> FindNamesReply.newBuilder()
                        .setRefusal(refusal("find names", failure))
                        .build());
    }

    private Refusal refusal(String operation, Throwable failure) {
        return namespace.refusal(operation, failure);
    }
}
