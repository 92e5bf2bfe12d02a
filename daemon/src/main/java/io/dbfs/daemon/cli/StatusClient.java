package io.dbfs.daemon.cli;

import io.dbfs.common.rpc.Channels;
import io.dbfs.proto.GetStatusReply;
import io.dbfs.proto.GetStatusRequest;
import io.dbfs.proto.RegistryGrpc;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Asks supernodes how the system is: the first that answers, but the one that leads before all others. */
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
        List<GetStatusReply> replies = new ArrayList<>();
        try (Channels channels = new Channels()) {
            for (String address : supernodes) {
                try {
                    GetStatusReply reply = askOne(channels, address);
                    if (leads(reply, address)) {
                        return reply;
                    }
                    replies.add(reply);
                } catch (StatusRuntimeException e) {
                    refusals.add(address + " (" + e.getStatus().getCode() + ")");
                }
            }
        }
        if (replies.isEmpty()) {
            throw CommandFailure.unavailable("supernode cannot be reached: " + String.join(", ", refusals)
                    + "; is it running, and is the address right?");
        }
        return replies.get(0);
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
