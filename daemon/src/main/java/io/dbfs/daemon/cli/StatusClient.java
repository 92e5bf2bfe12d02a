package io.dbfs.daemon.cli;

import io.dbfs.common.rpc.Channels;
import io.dbfs.proto.GetStatusReply;
import io.dbfs.proto.GetStatusRequest;
import io.dbfs.proto.RegistryGrpc;
import io.dbfs.proto.ReplicaState;
import io.dbfs.proto.ReplicaStatus;
import io.dbfs.proto.SupernodeStatus;
import io.grpc.StatusRuntimeException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Asks supernodes how the system is: all of them, as each knows best how it is itself, and the leader all the rest. */
final class StatusClient {
    private static final long ANSWER_SECONDS = 3;

    private StatusClient() {}

    /**
     * The system's status.
     *
     * @throws CommandFailure when no supernode answers, naming each
     */
    static GetStatusReply ask(List<String> supernodes) {
        List<String> refusals = new ArrayList<>();
        Map<String, GetStatusReply> replies = new LinkedHashMap<>();
        Set<String> unreachable = new HashSet<>();
        Deque<String> unasked = new ArrayDeque<>(supernodes);
        try (Channels channels = new Channels()) {
            while (!unasked.isEmpty()) {
                String address = unasked.remove();
                if (replies.containsKey(address) || unreachable.contains(address)) {
                    continue;
                }
                try {
                    GetStatusReply reply = askOne(channels, address);
                    replies.put(address, reply);
                    reply.getSupernodesList().forEach(supernode -> unasked.add(supernode.getAddress()));
                } catch (StatusRuntimeException e) {
                    unreachable.add(address);
                    refusals.add(address + " (" + e.getStatus().getCode() + ")");
                }
            }
        }
        if (replies.isEmpty()) {
            throw CommandFailure.unavailable("supernode cannot be reached: " + String.join(", ", refusals)
                    + "; is it running, and is the address right?");
        }
        return merge(replies, unreachable);
    }

    /** What the leader says, or else who answered first, which is a refusal, with what each supernode says of its own replica. */
    static GetStatusReply merge(Map<String, GetStatusReply> replies, Set<String> unreachable) {
        GetStatusReply best = best(replies);
        GetStatusReply.Builder merged = best.toBuilder().clearSupernodes();
        for (SupernodeStatus supernode : best.getSupernodesList()) {
            String address = supernode.getAddress();
            SupernodeStatus.Builder one = supernode.toBuilder();
            if (unreachable.contains(address)) {
                one.setReplica(ReplicaStatus.newBuilder().setState(ReplicaState.REPLICA_UNREACHABLE));
            }
            replies.values().stream()
                    .flatMap(reply -> reply.getSupernodesList().stream())
                    .filter(same -> same.getAddress().equals(address) && same.hasReplica())
                    .map(SupernodeStatus::getReplica)
                    .filter(replica -> replica.getState() != ReplicaState.REPLICA_STATE_UNSPECIFIED)
                    .findFirst()
                    .ifPresent(one::setReplica);
            merged.addSupernodes(one);
        }
        return merged.build();
    }

    private static GetStatusReply best(Map<String, GetStatusReply> replies) {
        for (Map.Entry<String, GetStatusReply> reply : replies.entrySet()) {
            if (!reply.getValue().hasRefusal() && leads(reply.getValue(), reply.getKey())) {
                return reply.getValue();
            }
        }
        return replies.values().stream()
                .filter(reply -> !reply.hasRefusal())
                .findFirst()
                .orElseGet(() -> replies.values().iterator().next());
    }

    private static GetStatusReply askOne(Channels channels, String address) {
        return RegistryGrpc.newBlockingStub(channels.control(address))
                .withDeadlineAfter(ANSWER_SECONDS, TimeUnit.SECONDS)
                .getStatus(GetStatusRequest.getDefaultInstance());
    }

    /** Only the leader hears the nodes' reports; what the others know of load is old. */
    private static boolean leads(GetStatusReply reply, String address) {
        return reply.getSupernodesList().stream()
                .anyMatch(supernode ->
                        supernode.getLeads() && supernode.getAddress().equals(address));
    }
}
