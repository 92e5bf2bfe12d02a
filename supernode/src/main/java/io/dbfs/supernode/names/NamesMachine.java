package io.dbfs.supernode.names;

import com.google.protobuf.MessageLite;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.proto.Inode;
import io.dbfs.proto.NameOperation;
import io.dbfs.proto.NameOutcome;
import io.dbfs.proto.NamesCommand;
import io.dbfs.proto.NodeReportReply;
import io.dbfs.proto.StampedNameOperation;
import io.dbfs.raft.ApplyContext;
import io.dbfs.raft.Decision;
import io.dbfs.raft.StateMachine;
import io.dbfs.raft.StateView;
import java.util.List;

/** The namespace as a deterministic state machine. A command is a {@link NamesCommand}; outcomes are as it says. */
public final class NamesMachine implements StateMachine {
    private static final byte[] NO_OUTCOME = {};

    @Override
    public Decision decide(StateView view, ApplyContext at, byte[] command) {
        NamesCommand decoded = Decoder.decode(NamesCommand.parser(), command);
        Draft draft = new Draft(new NamesReader(view), at);
        return switch (decoded.getCommandCase()) {
            case OPERATION -> operate(draft, decoded.getOperation());
            case OPEN_SESSION -> decided(draft, SessionCommands.open(draft, decoded.getOpenSession()));
            case END_SESSION -> decided(draft, SessionCommands.end(draft, decoded.getEndSession()));
            case CONFIRM_RELEASED -> {
                ClusterCommands.confirmReleased(draft, decoded.getConfirmReleased());
                yield new Decision(draft.mutations(), NO_OUTCOME);
            }
            case REGISTER_CLUSTER -> register(draft, decoded);
            case COMMAND_NOT_SET -> throw new IllegalStateException("unknown command at index " + at.index());
        };
    }

    private static Decision operate(Draft draft, StampedNameOperation stamped) {
        try {
            Operation.Result result = operation(stamped).apply(draft);
            return decided(draft, outcome(draft, result));
        } catch (FsException refused) {
            return refused(
                    NameOutcome.newBuilder().setRefusal(Refusals.of(refused)).build());
        }
    }

    private static Operation operation(StampedNameOperation stamped) {
        NameOperation operation = stamped.getOperation();
        return switch (operation.getOperationCase()) {
            case CREATE -> new Create(operation.getCreate(), operation.getCaller(), stamped.getHomeCluster());
            case LINK -> new Link(operation.getLink());
            case UNLINK -> new Unlink(operation.getUnlink());
            case REMOVE_DIRECTORY -> new RemoveDirectory(operation.getRemoveDirectory());
            case RENAME -> new Rename(operation.getRename());
            case SET_IDENTITY -> new SetIdentity(operation.getSetIdentity());
            case SET_XATTR -> new SetXattr(operation.getSetXattr());
            case REMOVE_XATTR -> new RemoveXattr(operation.getRemoveXattr());
            case TOUCH -> new TouchInodes(operation.getTouch());
            case RELEASE_ORPHANS -> new ReleaseOrphans(operation.getReleaseOrphans());
            case OPERATION_NOT_SET -> throw new FsException(Errno.ENOSYS, "unknown operation");
        };
    }

    private static NameOutcome outcome(Draft draft, Operation.Result result) {
        NameOutcome.Builder outcome = NameOutcome.newBuilder().setCreated(result.created());
        Inode subject = result.inode();
        if (subject != null) {
            outcome.setInode(subject);
        }
        for (Inode changed : draft.changed()) {
            if (subject == null || changed.getId() != subject.getId()) {
                outcome.addAlsoChanged(changed);
            }
        }
        return outcome.build();
    }

    private static Decision register(Draft draft, NamesCommand command) {
        try {
            return decided(draft, ClusterCommands.register(draft, command.getRegisterCluster()));
        } catch (FsException refused) {
            return refused(NodeReportReply.newBuilder()
                    .setRefusal(Refusals.of(refused))
                    .build());
        }
    }

    private static Decision decided(Draft draft, MessageLite outcome) {
        return new Decision(draft.mutations(), outcome.toByteArray());
    }

    private static Decision refused(MessageLite outcome) {
        return new Decision(List.of(), outcome.toByteArray());
    }
}
