package io.dbfs.supernode.release;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dbfs.common.Errno;
import io.dbfs.common.rpc.Channels;
import io.dbfs.common.rpc.NotLeaderRefusal;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.common.rpc.RpcServer;
import io.dbfs.proto.ContentsGrpc;
import io.dbfs.proto.ContentsOperation;
import io.dbfs.proto.ContentsOutcome;
import io.dbfs.proto.Refusal;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GrpcContentsDropperTest {
    private static final List<Long> INODES = List.of(4L, 5L);

    private final List<Node> nodes = new ArrayList<>();
    private final Channels channels = new Channels();
    private final GrpcContentsDropper dropper = new GrpcContentsDropper(channels);

    @AfterEach
    void close() {
        channels.close();
        nodes.forEach(node -> node.server().close());
    }

    @Test
    void theLeaderIsTold() throws IOException {
        Node leader = start(Refusal.getDefaultInstance());
        dropper.drop(leader.address(), INODES).join();
        assertEquals(INODES, leader.dropped());
    }

    @Test
    void aHintIsFollowedOnce() throws IOException {
        Node leader = start(Refusal.getDefaultInstance());
        Node follower = start(Refusals.notLeader(leader.address()));
        dropper.drop(follower.address(), INODES).join();
        assertEquals(INODES, leader.dropped());
        Node confused = start(Refusals.notLeader(follower.address()));
        CompletionException failure = assertThrows(
                CompletionException.class,
                () -> dropper.drop(confused.address(), INODES).join());
        assertInstanceOf(NotLeaderRefusal.class, failure.getCause());
    }

    @Test
    void aRefusalFails() throws IOException {
        Node full = start(Refusals.of(Errno.ENOSPC, "full"));
        assertThrows(
                CompletionException.class,
                () -> dropper.drop(full.address(), INODES).join());
    }

    @Test
    void aNodeThatIsNotThereFails() throws IOException {
        Node gone = start(Refusal.getDefaultInstance());
        String address = gone.address();
        gone.server().close();
        assertThrows(
                CompletionException.class, () -> dropper.drop(address, INODES).join());
    }

    private Node start(Refusal refusal) throws IOException {
        List<Long> dropped = Collections.synchronizedList(new ArrayList<>());
        RpcServer server = RpcServer.start(
                "127.0.0.1:0", List.of(new FakeContents(refusal, dropped).bindService()), Runnable::run);
        Node node = new Node(server, dropped);
        nodes.add(node);
        return node;
    }

    private record Node(RpcServer server, List<Long> dropped) {
        String address() {
            return "127.0.0.1:" + server.port();
        }
    }

    /** A cluster's node that answers every drop alike. */
    private static final class FakeContents extends ContentsGrpc.ContentsImplBase {
        private final Refusal refusal;
        private final List<Long> dropped;

        FakeContents(Refusal refusal, List<Long> dropped) {
            this.refusal = refusal;
            this.dropped = dropped;
        }

        @Override
        public void execute(ContentsOperation request, StreamObserver<ContentsOutcome> client) {
            if (!Refusals.refused(refusal)) {
                dropped.addAll(request.getDrop().getInodesList());
            }
            client.onNext(ContentsOutcome.newBuilder().setRefusal(refusal).build());
            client.onCompleted();
        }
    }
}
