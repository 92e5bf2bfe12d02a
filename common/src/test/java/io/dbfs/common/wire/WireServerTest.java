package io.dbfs.common.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WireServerTest {
    private WireServer server;

    /** Sends every header back. */
    private record Echo(WireKind kind) implements WireService {
        @Override
        public void serve(WireConnection connection) throws IOException {
            for (byte[] header = connection.receive(); header != null; header = connection.receive()) {
                connection.send(header);
            }
        }
    }

    @BeforeEach
    void start() throws IOException {
        server = WireServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), List.of());
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void aConnectionOfAKindThatIsNotServedIsClosed() throws IOException {
        server.add(new Echo(WireKind.RAFT));
        try (WireConnection client = connect(WireKind.CHUNKS)) {
            assertNull(client.receive());
        }
    }

    @Test
    void aServiceMayComeWhileTheServerListens() throws IOException {
        server.add(new Echo(WireKind.RAFT));
        try (WireConnection raft = connect(WireKind.RAFT)) {
            assertAnswers(raft);
            server.add(new Echo(WireKind.CHUNKS));
            try (WireConnection chunks = connect(WireKind.CHUNKS)) {
                assertAnswers(chunks);
            }
            assertAnswers(raft);
        }
    }

    @Test
    void aServiceThatIsRemovedEndsItsConnectionsAlone() throws IOException {
        WireService leaving = new Echo(WireKind.CHUNKS);
        server.add(new Echo(WireKind.RAFT));
        server.add(leaving);
        try (WireConnection raft = connect(WireKind.RAFT);
                WireConnection chunks = connect(WireKind.CHUNKS)) {
            assertAnswers(raft);
            assertAnswers(chunks);

            server.remove(leaving);

            assertNull(chunks.receive());
            assertAnswers(raft);
            server.add(new Echo(WireKind.CHUNKS));
        }
    }

    @Test
    void aKindIsServedOnce() {
        server.add(new Echo(WireKind.RAFT));
        assertThrows(IllegalStateException.class, () -> server.add(new Echo(WireKind.RAFT)));
    }

    @Test
    void aBusyAddressIsToldWithIt() {
        InetSocketAddress taken = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());

        BindException refused = assertThrows(BindException.class, () -> WireServer.start(taken, List.of()));

        assertTrue(String.valueOf(refused.getMessage()).endsWith(":" + server.port()), refused.getMessage());
    }

    /** Every processor is busy, so that a thread that the system woke is late. */
    @Test
    void anAddressCanBeBoundOnceItsServerIsClosed() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        List<Thread> busy = Stream.generate(() -> new Thread(() -> {
                    while (!done.get()) {
                        Thread.onSpinWait();
                    }
                }))
                .limit(2L * Runtime.getRuntime().availableProcessors())
                .toList();
        busy.forEach(Thread::start);
        try {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
            for (int i = 0; i < 500; i++) {
                server.close();
                server = WireServer.start(address, List.of());
            }
        } finally {
            done.set(true);
        }
        for (Thread thread : busy) {
            thread.join();
        }
    }

    /** A server with the most connections it takes must not run out of memory for buffers. */
    @Test
    void aConnectionTakesLittleMemoryBesideTheHeap() throws IOException {
        int connections = 100;
        server.add(new Echo(WireKind.RAFT));
        long before = directBytes();
        List<WireConnection> clients = new ArrayList<>();
        try {
            for (int i = 0; i < connections; i++) {
                WireConnection client = connect(WireKind.RAFT);
                clients.add(client);
                assertAnswers(client);
            }
            long bytesPerEnd = (directBytes() - before) / (2L * connections);
            assertTrue(bytesPerEnd <= 17 << 10, "bytes: " + bytesPerEnd);
        } finally {
            clients.forEach(WireConnection::close);
        }
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    private static void assertAnswers(WireConnection client) throws IOException {
        client.send(new byte[] {1, 2});
        assertArrayEquals(new byte[] {1, 2}, client.receive());
    }

    private WireConnection connect(WireKind kind) throws IOException {
        return WireConnection.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), kind);
    }
}
