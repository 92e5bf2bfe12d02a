package io.dbfs.cluster.node;

import io.dbfs.cluster.leader.LeaderLocator;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.rpc.Channels;
import io.dbfs.common.rpc.NotLeaderRefusal;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.proto.ContentsGrpc;
import io.dbfs.proto.ContentsGrpc.ContentsBlockingStub;
import io.dbfs.proto.MembersGrpc;
import io.dbfs.proto.MembersGrpc.MembersBlockingStub;
import io.dbfs.proto.Refusal;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Calls of a node to its cluster's leader, wherever that is now. Blocks. Thread-safe. */
final class LeaderCalls {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final int HOPS_MAX = 4;

    private final Channels channels;
    private final List<LeaderLocator> locators;
    private volatile String hint = "";

    /** Asks {@code locators} in order for the leader, where no reply has told. */
    LeaderCalls(Channels channels, List<LeaderLocator> locators) {
        this.channels = channels;
        this.locators = List.copyOf(locators);
    }

    /**
     * Calls the leader's service for nodes once, after following hints to it. Not repeated: the caller comes again at its
     * next beat.
     *
     * @throws FsException what the leader refused with; EIO when it was not found or did not answer
     */
    <T> T members(Function<MembersBlockingStub, T> method, Function<T, Refusal> refusal) {
        return call(channel -> method.apply(MembersGrpc.newBlockingStub(channel).withDeadlineAfter(TIMEOUT)), refusal);
    }

    /** Calls the leader's service for clients once, as {@link #members}. */
    <T> T contents(Function<ContentsBlockingStub, T> method, Function<T, Refusal> refusal) {
        return call(
                channel -> method.apply(ContentsGrpc.newBlockingStub(channel).withDeadlineAfter(TIMEOUT)), refusal);
    }

    private <T> T call(Function<Channel, T> method, Function<T, Refusal> refusal) {
        for (int hop = 0; hop < HOPS_MAX; hop++) {
            String address = locate();
            try {
                T reply = method.apply(channels.control(address));
                Refusals.check(refusal.apply(reply));
                hint = address;
                return reply;
            } catch (NotLeaderRefusal elsewhere) {
                if (elsewhere.leader().isEmpty() || elsewhere.leader().equals(address)) {
                    break;
                }
                hint = elsewhere.leader();
            } catch (StatusRuntimeException unreachable) {
                hint = "";
                throw new FsException(Errno.EIO, address + ": " + unreachable.getStatus(), unreachable);
            }
        }
        hint = "";
        throw new FsException(Errno.EIO, "no leader of the cluster");
    }

    private String locate() {
        if (!hint.isEmpty()) {
            return hint;
        }
        return locators.stream()
                .map(LeaderLocator::leaderAddress)
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> new FsException(Errno.EIO, "no leader of the cluster is known"));
    }
}
