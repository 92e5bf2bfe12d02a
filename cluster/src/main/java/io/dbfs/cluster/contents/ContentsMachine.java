package io.dbfs.cluster.contents;

import com.google.protobuf.MessageLite;
import io.dbfs.common.FsException;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.proto.ContentsCommand;
import io.dbfs.proto.ContentsOperation;
import io.dbfs.proto.ContentsOutcome;
import io.dbfs.proto.InternalOutcome;
import io.dbfs.proto.LockReply;
import io.dbfs.proto.Refusal;
import io.dbfs.raft.ApplyContext;
import io.dbfs.raft.Decision;
import io.dbfs.raft.StateMachine;
import io.dbfs.raft.StateView;
import java.util.List;

/**
 * The contents' state machine. Commands are {@link ContentsCommand} messages; the outcome of a client's operation is a
 * {@link ContentsOutcome}, that of a lock request a {@link LockReply}, that of every other command an
 * {@link InternalOutcome}.
 */
public final class ContentsMachine implements StateMachine {
    @Override
    public Decision decide(StateView view, ApplyContext at, byte[] command) {
        ContentsCommand decoded = Records.parse(ContentsCommand.parser(), command);
        ContentsState state = new ContentsState(view);
        try {
            MessageLite outcome = apply(state, decoded, at);
            return new Decision(state.settle(), outcome.toByteArray());
        } catch (FsException refused) {
            return new Decision(
                    List.of(), refusal(decoded, Refusals.of(refused)).toByteArray());
        }
    }

    private static MessageLite apply(ContentsState state, ContentsCommand command, ApplyContext at) {
        switch (command.getCommandCase()) {
            case OPERATION -> {
                return apply(state, command.getOperation());
            }
            case LOCK -> {
                return LockCommands.apply(state, command.getLock(), at.index());
            }
            case RESERVE_CHUNK_IDS -> {
                return ClusterCommands.reserve(state, command.getReserveChunkIds());
            }
            case JOIN_NODE -> {
                return NodeCommands.join(state, command.getJoinNode());
            }
            case FORM_CLUSTER -> ClusterCommands.form(state, command.getFormCluster());
            case SET_SPREAD -> ClusterCommands.setSpread(state, command.getSetSpread());
            case VOID_CHUNKS -> ClusterCommands.voidBelow(state, command.getVoidChunks());
            case SET_NODE_STATE -> NodeCommands.setState(state, command.getSetNodeState());
            case REMOVE_NODE -> NodeCommands.remove(state, command.getRemoveNode());
            case REFRESH_CHUNKS -> ReplicaCommands.refresh(state, command.getRefreshChunks());
            case CHANGE_REPLICAS -> ReplicaCommands.change(state, command.getChangeReplicas());
            case CONFIRM_DROPPED -> ReplicaCommands.confirmDropped(state, command.getConfirmDropped());
            case RELEASE_EXTENTS -> Drop.apply(state, command.getReleaseExtents());
            case REWRITE_EXTENTS -> RewriteFile.apply(state, command.getRewriteExtents());
            case ABANDON_CHUNKS -> Abandon.apply(state, command.getAbandonChunks());
            case FORGET_ABANDONED -> Abandon.forget(state);
            case COMMAND_NOT_SET -> throw new IllegalStateException("command of a newer version");
        }
        return InternalOutcome.getDefaultInstance();
    }

    private static ContentsOutcome apply(ContentsState state, ContentsOperation operation) {
        Fence.check(state, operation);
        return switch (operation.getOperationCase()) {
            case COMMIT -> Commit.apply(state, operation.getCommit());
            case APPEND -> Append.apply(state, operation.getAppend());
            case SET_CONTENTS -> SetContents.apply(state, operation.getSetContents());
            case DROP -> Drop.apply(state, operation.getDrop());
            case TOUCH -> Touch.apply(state, operation.getTouch());
            case CLONE -> Clone.apply(state, operation.getClone());
            case OPERATION_NOT_SET -> throw new IllegalStateException("operation of a newer version");
        };
    }

    private static MessageLite refusal(ContentsCommand command, Refusal refusal) {
        if (command.hasLock()) {
            return LockReply.newBuilder().setRefusal(refusal).build();
        }
        return command.hasOperation()
                ? ContentsOutcome.newBuilder().setRefusal(refusal).build()
                : InternalOutcome.newBuilder().setRefusal(refusal).build();
    }
}
