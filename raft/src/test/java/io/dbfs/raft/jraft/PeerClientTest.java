package io.dbfs.raft.jraft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.alipay.sofa.jraft.entity.EnumOutter.EntryType;
import com.alipay.sofa.jraft.entity.RaftOutter.EntryMeta;
import com.alipay.sofa.jraft.error.InvokeTimeoutException;
import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.rpc.InvokeCallback;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.ErrorResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.GetFileRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.GetFileResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.PingRequest;
import com.alipay.sofa.jraft.util.Endpoint;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PeerClientTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Message PING =
            PingRequest.newBuilder().setSendTimestamp(1).build();

    private final PeerClient client = new PeerClient();
    private final ExecutorService failures = Executors.newSingleThreadExecutor(task -> new Thread(task, "failures"));
    private final List<String> completedBy = new CopyOnWriteArrayList<>();
    private String address = "";

    @BeforeEach
    void chooseAddress() throws IOException {
        address = TestReplicas.freeAddress();
    }

    @AfterEach
    void close() {
        client.shutdown();
        failures.shutdown();
    }

    @Test
    void requestsArriveInOrderAndRepliesFindThemInAny() throws Exception {
        int count = 500;
        List<Long> arrived = new CopyOnWriteArrayList<>();
        FakePeer.Behaviour backwards = connection -> {
            Deque<PeerFrame> kept = new ArrayDeque<>();
            for (PeerFrame frame = PeerFrame.receive(connection);
                    frame != null;
                    frame = PeerFrame.receive(connection)) {
                AppendEntriesRequest request = (AppendEntriesRequest) frame.requestTo(frame.call());
                arrived.add(request.getPrevLogIndex());
                kept.push(frame);
                if (kept.size() % 50 == 0) {
                    for (PeerFrame each : kept) {
                        FakePeer.reply(connection, each, entriesReply(each.requestTo(each.call())));
                    }
                    kept.clear();
                }
            }
        };
        FakePeer peer = new FakePeer(address, backwards);
        try (peer) {
            List<CompletableFuture<Message>> replies = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                replies.add(ask(entries(i, i % 7 == 0 ? 100_000 : 100), TIMEOUT));
            }
            for (int i = 0; i < count; i++) {
                assertEquals(i, ((AppendEntriesResponse) await(replies.get(i))).getLastLogIndex());
            }
        }
        for (int i = 0; i < count; i++) {
            assertEquals(i, arrived.get(i));
        }
    }

    @Test
    void aPeerThatStopsReadingHoldsUpNoSenderAndNoHeartbeatAndIsGivenUp() throws Exception {
        AtomicInteger connections = new AtomicInteger();
        FakePeer.Behaviour answering = FakePeer.answering((call, request) -> reply(call, request));
        FakePeer.Behaviour firstForEntriesIsDeaf = connection -> {
            if (connections.getAndIncrement() == 0) {
                FakePeer.deaf().serve(connection);
            } else {
                answering.serve(connection);
            }
        };
        FakePeer peer = new FakePeer(address, firstForEntriesIsDeaf);
        try (peer) {
            List<CompletableFuture<Message>> stuck = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                stuck.add(ask(entries(i, 1 << 20), Duration.ofSeconds(6)));
                TestReplicas.await("the first connection", () -> connections.get() > 0 ? "there" : "");
            }
            assertInstanceOf(AppendEntriesResponse.class, await(ask(heartbeat(), TIMEOUT)));
            assertFalse(stuck.get(0).isDone(), "the senders waited for a deadline");

            // Late by itself, or with the connection that another one's lateness ended.
            stuck.forEach(late -> assertInstanceOf(RemotingException.class, failure(late)));
            TestReplicas.await("an answer over another connection", () -> {
                CompletableFuture<Message> again = ask(entries(1, 100), Duration.ofSeconds(1));
                return again.handle((reply, failed) -> failed == null ? "there" : "")
                        .join();
            });
        }
    }

    @Test
    void aPeerThatVanishesFailsWhatIsUnderWayAndIsAskedAnew() throws Exception {
        AtomicInteger connections = new AtomicInteger();
        FakePeer.Behaviour answering = FakePeer.answering((call, request) -> reply(call, request));
        FakePeer.Behaviour firstVanishes = connection -> {
            if (connections.getAndIncrement() > 0) {
                answering.serve(connection);
            } else {
                for (int i = 0; i < 3; i++) {
                    PeerFrame.receive(connection);
                }
            }
        };
        FakePeer peer = new FakePeer(address, firstVanishes);
        try (peer) {
            List<CompletableFuture<Message>> lost = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                lost.add(ask(entries(i, 100), TIMEOUT));
            }
            for (CompletableFuture<Message> each : lost) {
                assertInstanceOf(RemotingException.class, failure(each));
            }

            assertInstanceOf(AppendEntriesResponse.class, await(ask(entries(3, 100), TIMEOUT)));
        }
        assertEquals(2, connections.get());
    }

    @Test
    void aPeerIsFoundAsSoonAsItIsThere() throws Exception {
        assertInstanceOf(RemotingException.class, failure(ask(PING, TIMEOUT)));
        TestReplicas.await("the connection to be gone", () -> client.checkConnection(endpoint()) ? "" : "gone");

        FakePeer peer = new FakePeer(address, FakePeer.answering((call, request) -> reply(call, request)));
        try (peer) {
            assertInstanceOf(ErrorResponse.class, await(ask(PING, TIMEOUT)));
            assertTrue(client.checkConnection(endpoint()));
        }
    }

    @Test
    void aLateReplyFailsItsRequestAlone() throws Exception {
        FakePeer.Behaviour answersAllButFiles = connection -> {
            for (PeerFrame frame = PeerFrame.receive(connection);
                    frame != null;
                    frame = PeerFrame.receive(connection)) {
                Message request = frame.requestTo(frame.call());
                if (request instanceof GetFileRequest file && file.getOffset() == 0) {
                    continue;
                }
                FakePeer.reply(connection, frame, reply(frame.call(), request));
            }
        };
        FakePeer peer = new FakePeer(address, answersAllButFiles);
        try (peer) {
            CompletableFuture<Message> late = ask(file(0, 1), Duration.ofMillis(300));
            CompletableFuture<Message> other = ask(file(1, 1), TIMEOUT);

            assertInstanceOf(GetFileResponse.class, await(other));
            assertInstanceOf(InvokeTimeoutException.class, failure(late));
            assertInstanceOf(GetFileResponse.class, await(ask(file(2, 1), TIMEOUT)));
        }
    }

    @Test
    void theLongestMessagesTravelBothWays() throws Exception {
        FakePeer peer = new FakePeer(address, FakePeer.answering((call, request) -> reply(call, request)));
        try (peer) {
            int bytes = 9 << 20;
            GetFileResponse file = (GetFileResponse) await(ask(file(3, bytes), TIMEOUT));
            assertEquals(bytes, file.getData().size());
            assertEquals(5, ((AppendEntriesResponse) await(ask(entries(5, bytes), TIMEOUT))).getLastLogIndex());
        }
    }

    @Test
    void failuresAreNotToldByTheThreadThatAsks() throws Exception {
        client.shutdown();

        failure(ask(entries(1, 1), TIMEOUT));

        assertNotEquals(Thread.currentThread().getName(), completedBy.get(0));
        assertEquals("failures", completedBy.get(0));
    }

    private Endpoint endpoint() {
        return Peers.peer(address).getEndpoint();
    }

    private CompletableFuture<Message> ask(Message request, Duration timeout) {
        CompletableFuture<Message> future = new CompletableFuture<>();
        client.invokeAsync(
                endpoint(),
                request,
                null,
                new InvokeCallback() {
                    @Override
                    public void complete(Object reply, Throwable failure) {
                        completedBy.add(Thread.currentThread().getName());
                        if (failure == null) {
                            future.complete((Message) reply);
                        } else {
                            future.completeExceptionally(failure);
                        }
                    }

                    @Override
                    public Executor executor() {
                        return failures;
                    }
                },
                timeout.toMillis());
        return future;
    }

    private static Message await(CompletableFuture<Message> future) throws Exception {
        return future.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }

    private static Throwable failure(CompletableFuture<Message> future) {
        ExecutionException failure =
                assertThrows(ExecutionException.class, () -> future.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS));
        return Objects.requireNonNull(failure.getCause());
    }

    private static Message reply(PeerCall call, Message request) {
        return switch (call) {
            case APPEND_ENTRIES -> entriesReply(request);
            case GET_FILE ->
                GetFileResponse.newBuilder()
                        .setEof(true)
                        .setData(ByteString.copyFrom(new byte[(int) ((GetFileRequest) request).getCount()]))
                        .build();
            default -> ErrorResponse.newBuilder().setErrorCode(0).build();
        };
    }

    private static AppendEntriesResponse entriesReply(Message request) {
        return AppendEntriesResponse.newBuilder()
                .setTerm(1)
                .setSuccess(true)
                .setLastLogIndex(((AppendEntriesRequest) request).getPrevLogIndex())
                .build();
    }

    private static AppendEntriesRequest entries(long index, int bytes) {
        return heartbeat().toBuilder()
                .setPrevLogIndex(index)
                .addEntries(EntryMeta.newBuilder()
                        .setTerm(1)
                        .setType(EntryType.ENTRY_TYPE_DATA)
                        .setDataLen(bytes))
                .setData(ByteString.copyFrom(new byte[bytes]))
                .build();
    }

    private static AppendEntriesRequest heartbeat() {
        return AppendEntriesRequest.newBuilder()
                .setGroupId("g")
                .setServerId("a:1")
                .setPeerId("b:1")
                .setTerm(1)
                .setPrevLogTerm(1)
                .setPrevLogIndex(0)
                .setCommittedIndex(0)
                .build();
    }

    private static GetFileRequest file(long offset, int bytes) {
        return GetFileRequest.newBuilder()
                .setReaderId(1)
                .setFilename("f")
                .setOffset(offset)
                .setCount(bytes)
                .build();
    }
}
