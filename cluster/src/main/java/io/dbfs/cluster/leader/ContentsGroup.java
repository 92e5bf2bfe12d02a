package io.dbfs.cluster.leader;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.dbfs.cluster.contents.ContentsView;
import io.dbfs.proto.ContentsCommand;
import io.dbfs.proto.ContentsOperation;
import io.dbfs.proto.ContentsOutcome;
import io.dbfs.proto.InternalOutcome;
import io.dbfs.proto.LockReply;
import io.dbfs.proto.LockRequest;
import io.dbfs.proto.OpId;
import io.dbfs.raft.Proposal;
import io.dbfs.raft.ReplicatedGroup;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The contents' replicated group in its own messages. Thread-safe; nothing here blocks. */
public final class ContentsGroup {
    private final ReplicatedGroup group;

    public ContentsGroup(ReplicatedGroup group) {
        this.group = group;
    }

    /** The group below, for membership and leadership. */
    public ReplicatedGroup group() {
        return group;
    }

    /** Whether this replica leads, as far as it knows. */
    public boolean leads() {
        return group.leadership().leads();
    }

    /** Proposes a client's operation under its own identity. */
    CompletableFuture<ContentsOutcome> execute(ContentsOperation operation) {
        OpId op = operation.getOp();
        byte[] command =
                ContentsCommand.newBuilder().setOperation(operation).build().toByteArray();
        return group.propose(new Proposal(op.getClient(), op.getSequence(), op.getAcknowledgedBelow(), command))
                .thenApply(outcome -> parse(ContentsOutcome.parser(), outcome));
    }

    /** Proposes a request for locks under its own identity. */
    CompletableFuture<LockReply> lock(LockRequest request) {
        OpId op = request.getOp();
        byte[] command = ContentsCommand.newBuilder().setLock(request).build().toByteArray();
        return group.propose(new Proposal(op.getClient(), op.getSequence(), op.getAcknowledgedBelow(), command))
                .thenApply(outcome -> parse(LockReply.parser(), outcome));
    }

    /** Proposes an internal command; all of them are idempotent or harmless when repeated. */
    CompletableFuture<InternalOutcome> propose(ContentsCommand command) {
        return group.propose(Proposal.idempotent(command.toByteArray()))
                .thenApply(outcome -> parse(InternalOutcome.parser(), outcome));
    }

    /** Answers from a state that includes everything acknowledged before this call. */
    <T> CompletableFuture<T> read(Function<ContentsView, T> query) {
        return group.readBarrier().thenApply(ignored -> readNow(query));
    }

    /** Answers from this replica's state as it is. */
    public <T> T readNow(Function<ContentsView, T> query) {
        try (ContentsView view = new ContentsView(group.view())) {
            return query.apply(view);
        }
    }

    private static <T> T parse(Parser<T> parser, byte[] bytes) {
        try {
            return parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("outcome of " + bytes.length + " bytes is damaged", e);
        }
    }
}
