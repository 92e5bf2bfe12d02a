package io.dbfs.common.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.rpc.Channels;
import io.dbfs.common.rpc.RpcCounter;
import io.dbfs.common.rpc.RpcServer;
import io.dbfs.proto.ChunkControlGrpc;
import io.dbfs.proto.SyncChunksReply;
import io.dbfs.proto.SyncChunksRequest;
import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Generated stubs and services over the wire protocol. */
class WireChannelTest {
    /** Asks that are answered with a status of their own. */
    private static final int FAIL = 1;

    private static final int THROW = 2;
    private static final int SILENT = 3;

    private final RpcCounter counter = new RpcCounter();
    private final Channels channels = new Channels(counter);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch abandoned = new CountDownLatch(1);
    private RpcServer server;
    private String address;

    /** Answers with the number of chunks, as the refusal's message. */
    private final class Service extends ChunkControlGrpc.ChunkControlImplBase {
        @Override
        public void syncChunks(SyncChunksRequest request, StreamObserver<SyncChunksReply> observer) {
            switch (request.getNodeId()) {
                case FAIL ->
                    observer.onError(Status.FAILED_PRECONDITION
                            .withDescription("not now")
                            .asRuntimeException());
                case THROW -> throw new IllegalStateException("a fault");
                case SILENT ->
                    ((io.grpc.stub.ServerCallStreamObserver<?>) observer).setOnCancelHandler(abandoned::countDown);
                default ->
                    threads.execute(() -> {
                        SyncChunksReply.Builder reply = SyncChunksReply.newBuilder();
                        reply.getRefusalBuilder().setMessage("" + request.getChunkIdsCount());
                        observer.onNext(reply.build());
                        observer.onCompleted();
                    });
            }
        }
    }

    @BeforeEach
    void serve() throws IOException {
        server = RpcServer.start("127.0.0.1:0", List.of(new Service().bindService()), Runnable::run);
        address = "127.0.0.1:" + server.port();
    }

    @AfterEach
    void close() {
        channels.close();
        server.close();
        threads.shutdownNow();
    }

    private String call(int what, int chunks, CallOptions options) {
        SyncChunksRequest request = SyncChunksRequest.newBuilder()
                .setNodeId(what)
                .addAllChunkIds(LongStream.range(0, chunks).boxed().toList())
                .build();
        return ClientCalls.blockingUnaryCall(
                        channels.calls(address), ChunkControlGrpc.getSyncChunksMethod(), options, request)
                .getRefusal()
                .getMessage();
    }

    @Test
    void callsAreAnsweredSmallAndLarge() {
        for (int chunks : new int[] {0, 1, 1000, 900_000}) {
            assertEquals("" + chunks, call(0, chunks, CallOptions.DEFAULT));
        }
        assertEquals(4, counter.count("dbfs.v1.ChunkControl/SyncChunks"));
    }

    @Test
    void callsOfManyThreadsDoNotMix() throws Exception {
        List<Future<Boolean>> callers = LongStream.range(0, 8)
                .mapToObj(caller -> threads.submit(() -> {
                    for (int i = 0; i < 100; i++) {
                        int chunks = (int) caller * 100 + i;
                        assertEquals("" + chunks, call(0, chunks, CallOptions.DEFAULT));
                    }
                    return true;
                }))
                .toList();
        for (Future<Boolean> caller : callers) {
            assertTrue(caller.get(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void statusOfAFailedCallArrives() {
        Status status = assertThrows(StatusRuntimeException.class, () -> call(FAIL, 0, CallOptions.DEFAULT))
                .getStatus();
        assertEquals(Status.Code.FAILED_PRECONDITION, status.getCode());
        assertEquals("not now", status.getDescription());
    }

    @Test
    void faultOfAServiceEndsItsCallAndNoOther() {
        StatusRuntimeException fault =
                assertThrows(StatusRuntimeException.class, () -> call(THROW, 0, CallOptions.DEFAULT));
        assertEquals(Status.Code.UNKNOWN, fault.getStatus().getCode());
        assertEquals("3", call(0, 3, CallOptions.DEFAULT));
    }

    @Test
    void lateAnswerIsNotWaitedForAndTheServiceHearsOfIt() throws InterruptedException {
        CallOptions options = CallOptions.DEFAULT.withOption(WireChannel.TIMEOUT_NANOS, 50_000_000L);
        StatusRuntimeException late = assertThrows(StatusRuntimeException.class, () -> call(SILENT, 0, options));
        assertEquals(Status.Code.DEADLINE_EXCEEDED, late.getStatus().getCode());
        assertTrue(abandoned.await(10, TimeUnit.SECONDS));
    }

    @Test
    void serverThatWasStartedAnewIsFoundAgain() throws IOException {
        assertEquals("1", call(0, 1, CallOptions.DEFAULT));
        server.close();
        assertEquals(
                Status.Code.UNAVAILABLE,
                assertThrows(StatusRuntimeException.class, () -> call(0, 1, CallOptions.DEFAULT))
                        .getStatus()
                        .getCode());
        server = RpcServer.start(address, List.of(new Service().bindService()), Runnable::run);
        channels.resetBackoff(address);
        String answer = null;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (answer == null && System.nanoTime() < deadline) {
            try {
                answer = call(0, 2, CallOptions.DEFAULT);
            } catch (StatusRuntimeException e) {
                channels.resetBackoff(address);
            }
        }
        assertEquals("2", answer);
    }
}
