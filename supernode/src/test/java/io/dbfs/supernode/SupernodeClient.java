package io.dbfs.supernode;

import com.google.protobuf.ByteString;
import io.dbfs.common.Errno;
import io.dbfs.common.rpc.Channels;
import io.dbfs.proto.CreateOperation;
import io.dbfs.proto.GetStatusReply;
import io.dbfs.proto.GetStatusRequest;
import io.dbfs.proto.HostLoad;
import io.dbfs.proto.InodeReply;
import io.dbfs.proto.InodeType;
import io.dbfs.proto.LookupRequest;
import io.dbfs.proto.NameOperation;
import io.dbfs.proto.NameOutcome;
import io.dbfs.proto.NamesGrpc;
import io.dbfs.proto.NodeReport;
import io.dbfs.proto.NodeReportReply;
import io.dbfs.proto.OpId;
import io.dbfs.proto.OpenSessionReply;
import io.dbfs.proto.OpenSessionRequest;
import io.dbfs.proto.ReadDirectoryReply;
import io.dbfs.proto.ReadDirectoryRequest;
import io.dbfs.proto.Refusal;
import io.dbfs.proto.RegistryGrpc;
import io.dbfs.proto.SessionsGrpc;
import io.dbfs.proto.UnlinkOperation;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** A client of the supernode that looks for the leader, as a daemon and a node do, and gives up after 30 s. */
final class SupernodeClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Channels channels = new Channels();
    private final List<String> addresses;
    private int current;

    SupernodeClient(List<String> addresses) {
        this.addresses = List.copyOf(addresses);
    }

    /** The one that answered last. */
    String leader() {
        return addresses.get(current);
    }

    long openSession() {
        return ask(
                        channel -> SessionsGrpc.newBlockingStub(channel)
                                .withDeadlineAfter(2, TimeUnit.SECONDS)
                                .openSession(OpenSessionRequest.newBuilder()
                                        .setHost("here")
                                        .build()),
                        OpenSessionReply::getRefusal)
                .getSession();
    }

    NodeReportReply reportNode(String cluster, String uuid, long freeBytes) {
        return ask(
                channel -> RegistryGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(2, TimeUnit.SECONDS)
                        .reportNode(NodeReport.newBuilder()
                                .setCluster(cluster)
                                .setClusterUuid(uuid)
                                .setNodeId(1)
                                .setAddress("127.0.0.1:1")
                                .setLeads(true)
                                .setTerm(1)
                                .setReplicas(1)
                                .setUsableFreeBytes(freeBytes)
                                .setLoad(HostLoad.newBuilder().setCpu(0.5))
                                .build()),
                NodeReportReply::getRefusal);
    }

    /** Creates a file once a cluster has room: on a slow host a report grows old before it is used. */
    NameOutcome createInCluster(long session, long sequence, String name) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        NameOutcome outcome;
        do {
            reportNode("local", "u", 1 << 20);
            outcome = create(session, sequence, name);
        } while (outcome.getRefusal().getErrno() == Errno.EAGAIN.code() && System.nanoTime() < deadline);
        return outcome;
    }

    NameOutcome create(long session, long sequence, String name) {
        return execute(NameOperation.newBuilder()
                .setOp(OpId.newBuilder().setClient(session).setSequence(sequence))
                .setCreate(CreateOperation.newBuilder()
                        .setParent(1)
                        .setName(ByteString.copyFromUtf8(name))
                        .setType(InodeType.REGULAR)
                        .setMode(0644)
                        .setExclusive(true))
                .build());
    }

    NameOutcome unlink(String name) {
        return execute(NameOperation.newBuilder()
                .setUnlink(UnlinkOperation.newBuilder().setParent(1).setName(ByteString.copyFromUtf8(name)))
                .build());
    }

    NameOutcome execute(NameOperation operation) {
        return ask(
                channel -> NamesGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(2, TimeUnit.SECONDS)
                        .execute(operation),
                NameOutcome::getRefusal);
    }

    InodeReply lookup(String name) {
        return ask(
                channel -> NamesGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(2, TimeUnit.SECONDS)
                        .lookup(LookupRequest.newBuilder()
                                .setParent(1)
                                .setName(ByteString.copyFromUtf8(name))
                                .build()),
                InodeReply::getRefusal);
    }

    GetStatusReply status() {
        return ask(
                channel -> RegistryGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(2, TimeUnit.SECONDS)
                        .getStatus(GetStatusRequest.getDefaultInstance()),
                GetStatusReply::getRefusal);
    }

    /** Entries of the root directory, by listing it. */
    int countEntries() {
        int count = 0;
        long cookie = 0;
        while (true) {
            ReadDirectoryRequest request = ReadDirectoryRequest.newBuilder()
                    .setDirectory(1)
                    .setAfterCookie(cookie)
                    .build();
            ReadDirectoryReply page = ask(
                    channel -> NamesGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(2, TimeUnit.SECONDS)
                            .readDirectory(request),
                    ReadDirectoryReply::getRefusal);
            count += page.getEntriesCount();
            if (page.getEnd()) {
                return count;
            }
            cookie = page.getEntries(page.getEntriesCount() - 1).getCookie();
        }
    }

    /** Asks each address in turn until one is the leader's. */
    <R> R ask(Function<Channel, R> question, Function<R, Refusal> refusal) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            try {
                R reply = question.apply(channels.control(addresses.get(current)));
                if (!refusal.apply(reply).getNotLeader()) {
                    return reply;
                }
            } catch (StatusRuntimeException unreachable) {
                channels.resetBackoff(addresses.get(current));
            }
            current = (current + 1) % addresses.size();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        throw new AssertionError("no leader within " + PATIENCE + " among " + addresses);
    }

    @Override
    public void close() {
        channels.close();
    }
}
