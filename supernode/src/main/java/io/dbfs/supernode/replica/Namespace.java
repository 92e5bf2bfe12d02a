package io.dbfs.supernode.replica;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.proto.ConfirmReleasedCommand;
import io.dbfs.proto.EndSessionCommand;
import io.dbfs.proto.EndSessionOutcome;
import io.dbfs.proto.NameOperation;
import io.dbfs.proto.NameOutcome;
import io.dbfs.proto.NamesCommand;
import io.dbfs.proto.NodeReportReply;
import io.dbfs.proto.OpId;
import io.dbfs.proto.OpenSessionCommand;
import io.dbfs.proto.OpenSessionReply;
import io.dbfs.proto.Refusal;
import io.dbfs.proto.RegisterClusterCommand;
import io.dbfs.proto.RegisteredCluster;
import io.dbfs.proto.SessionRecord;
import io.dbfs.proto.StampedNameOperation;
import io.dbfs.raft.ForgottenOutcomeException;
import io.dbfs.raft.NotLeaderException;
import io.dbfs.raft.Proposal;
import io.dbfs.raft.ReplicatedGroup;
import io.dbfs.raft.StateView;
import io.dbfs.raft.UnknownOutcomeException;
import io.dbfs.supernode.names.NamesReader;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The replicated namespace with its commands and reads typed. Thread-safe. Futures fail as {@link ReplicatedGroup}'s. */
public final class Namespace {
    private static final Logger LOG = LoggerFactory.getLogger(Namespace.class);

    private final ReplicatedGroup group;
    private final UnaryOperator<String> apiAddresses;

    /**
     * @param apiAddresses from "host:port" of a member's Raft endpoint to that of its API; empty for unknown ones
     */
    public Namespace(ReplicatedGroup group, UnaryOperator<String> apiAddresses) {
        this.group = group;
        this.apiAddresses = apiAddresses;
    }

    /** Applies a client's operation; for one it applied before, tells the first outcome. */
    public CompletableFuture<NameOutcome> execute(NameOperation operation, int homeCluster) {
        OpId id = operation.getOp();
        StampedNameOperation stamped = StampedNameOperation.newBuilder()
                .setOperation(operation.toBuilder().clearOp())
                .setHomeCluster(homeCluster)
                .build();
        byte[] command = NamesCommand.newBuilder().setOperation(stamped).build().toByteArray();
        return propose(
                new Proposal(id.getClient(), id.getSequence(), id.getAcknowledgedBelow(), command),
                NameOutcome.parser());
    }

    /** Begins a session; the reply has its id and no lease. */
    public CompletableFuture<OpenSessionReply> openSession(SessionRecord session) {
        return propose(
                NamesCommand.newBuilder()
                        .setOpenSession(OpenSessionCommand.newBuilder().setSession(session)),
                OpenSessionReply.parser());
    }

    /** Ends a session, or a part of it. */
    public CompletableFuture<EndSessionOutcome> endSession(long session) {
        return propose(
                NamesCommand.newBuilder()
                        .setEndSession(EndSessionCommand.newBuilder().setSession(session)),
                EndSessionOutcome.parser());
    }

    /** Takes out of the release queue what a cluster has dropped. */
    public CompletableFuture<Void> confirmReleased(int cluster, List<Long> inodes) {
        byte[] command = NamesCommand.newBuilder()
                .setConfirmReleased(
                        ConfirmReleasedCommand.newBuilder().setCluster(cluster).addAllInodes(inodes))
                .build()
                .toByteArray();
        return group.propose(Proposal.idempotent(command)).thenAccept(nothing -> {});
    }

    /** Gives a cluster its id, or tells the one it has; the reply refuses with EEXIST when another has its name. */
    public CompletableFuture<NodeReportReply> registerCluster(RegisteredCluster cluster) {
        return propose(
                NamesCommand.newBuilder()
                        .setRegisterCluster(RegisterClusterCommand.newBuilder().setCluster(cluster)),
                NodeReportReply.parser());
    }

    /** Reads what sees everything acknowledged before; fails where this process does not lead. */
    public <R> CompletableFuture<R> read(Function<NamesReader, R> question) {
        return group.readBarrier().thenApply(passed -> readHere(question));
    }

    /** Reads this replica's state, which may be behind. */
    public <R> R readHere(Function<NamesReader, R> question) {
        try (StateView view = group.view()) {
            return question.apply(new NamesReader(view));
        }
    }

    /** Whether this process leads. */
    public boolean leads() {
        return group.leadership().leads();
    }

    /** What a process that does not lead fails with where nothing is read or proposed. */
    public NotLeaderException notLeader() {
        return new NotLeaderException(group.leadership().leaderRaftAddress());
    }

    /** How a failure of one of the futures here, or an {@link FsException}, is told to a client. */
    public Refusal refusal(String operation, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof FsException expected) {
            return Refusals.of(expected);
        }
        if (cause instanceof NotLeaderException elsewhere) {
            return refusal(elsewhere);
        }
        if (cause instanceof UnknownOutcomeException) {
            // The client finds the leader and sends the same operation again: if it was applied, it gets that outcome.
            return Refusals.notLeader("");
        }
        if (cause instanceof ForgottenOutcomeException) {
            // Only a client that does not keep to its own promise gets here; what its operation did is not known.
            LOG.warn("{} failed: {}", operation, cause.getMessage());
            return Refusals.of(Errno.EIO, String.valueOf(cause.getMessage()));
        }
        LOG.error("{} failed", operation, cause);
        return Refusals.of(Errno.EIO, operation + " failed at the supernode");
    }

    private Refusal refusal(NotLeaderException elsewhere) {
        String raftAddress = elsewhere.leaderRaftAddress();
        return Refusals.notLeader(raftAddress.isEmpty() ? "" : apiAddresses.apply(raftAddress));
    }

    private <R> CompletableFuture<R> propose(NamesCommand.Builder command, Parser<R> outcome) {
        return propose(Proposal.idempotent(command.build().toByteArray()), outcome);
    }

    private <R> CompletableFuture<R> propose(Proposal proposal, Parser<R> outcome) {
        return group.propose(proposal).thenApply(bytes -> parse(outcome, bytes));
    }

    private static <R> R parse(Parser<R> parser, byte[] bytes) {
        try {
            return parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException corrupt) {
            throw new IllegalStateException("outcome of " + bytes.length + " bytes is not what was expected", corrupt);
        }
    }
}
