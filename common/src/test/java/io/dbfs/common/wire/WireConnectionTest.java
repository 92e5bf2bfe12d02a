package io.dbfs.common.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WireConnectionTest {
    private WireServer server;
    private WireConnection client;

    /** Sends every frame back, with its payload in two pieces; one with an empty header it leaves unanswered. */
    private static final class Echo implements WireService {
        @Override
        public WireKind kind() {
            return WireKind.CHUNKS;
        }

        @Override
        public void serve(WireConnection connection) throws IOException {
            for (byte[] header = connection.receive(); header != null; header = connection.receive()) {
                if (header.length > 0) {
                    ByteBuffer payload = ByteBuffer.allocateDirect(connection.payloadBytes());
                    connection.receivePayload(payload);
                    payload.flip();
                    int half = payload.remaining() / 2;
                    connection.send(header, payload.slice(0, half), payload.slice(half, payload.remaining() - half));
                }
            }
        }
    }

    @BeforeEach
    void connect() throws IOException {
        server = WireServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), List.of(new Echo()));
        client = WireConnection.connect(address(), WireKind.CHUNKS);
    }

    private InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void framesOfEverySizeComeBackAsTheyWere() throws IOException {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 200; i++) {
            byte[] header = new byte[1 + random.nextInt(i % 10 == 0 ? WireConnection.HEADER_BYTES_MAX : 100)];
            byte[] payload = new byte[random.nextInt(i % 20 == 0 ? WireConnection.PAYLOAD_BYTES_MAX : 40_000)];
            random.nextBytes(header);
            random.nextBytes(payload);
            client.send(header, ByteBuffer.wrap(payload));
            assertArrayEquals(header, client.receive(), "header of frame " + i + ", seed " + seed);
            byte[] back = new byte[client.payloadBytes()];
            client.receivePayload(ByteBuffer.wrap(back));
            assertArrayEquals(payload, back, "payload of frame " + i + ", seed " + seed);
        }
    }

    @Test
    void whatIsNotTakenOfAPayloadIsSkipped() throws IOException {
        client.send(new byte[] {1}, ByteBuffer.allocate(100_000));
        client.send(new byte[] {2});
        assertArrayEquals(new byte[] {1}, client.receive());
        client.receivePayload(ByteBuffer.allocate(10));
        assertArrayEquals(new byte[] {2}, client.receive());
        assertEquals(0, client.payloadBytes());
    }

    @Test
    void inputIsSeenWithoutWaitingForIt() throws IOException {
        client.send(new byte[0]);
        assertTrue(!client.hasInput());
        client.send(new byte[] {1});
        while (!client.hasInput()) {
            Thread.onSpinWait();
        }
        assertArrayEquals(new byte[] {1}, client.receive());
    }

    @Test
    void serverThatClosesEndsTheConnectionBetweenFrames() throws IOException {
        client.send(new byte[] {1});
        assertNotNull(client.receive());
        server.close();
        byte[] next;
        try {
            next = client.receive();
        } catch (IOException reset) {
            next = null;
        }
        assertNull(next);
    }

    @Test
    void peerThatDoesNotAnswerIsLeftAtTheDeadline() throws IOException {
        client.send(new byte[0]);
        WireDeadline deadline = client.within(Duration.ofMillis(50));
        try (deadline) {
            assertThrows(IOException.class, client::receive);
        }
        assertTrue(deadline.hasPassed());
    }

    @Test
    void frameLongerThanAllowedIsRefusedAtBothEnds() throws IOException {
        byte[] tooLong = new byte[WireConnection.HEADER_BYTES_MAX + 1];
        assertThrows(IOException.class, () -> client.send(tooLong));
        try (SocketChannel raw = SocketChannel.open(address())) {
            raw.write(ByteBuffer.allocate(14)
                    .put(new byte[] {'D', 'B', 'F', 'S', 1, 2})
                    .putInt(Integer.MAX_VALUE)
                    .putInt(0)
                    .flip());
            assertEquals(-1, raw.read(ByteBuffer.allocate(1)));
        }
    }

    @Test
    void strangerIsLeft() throws IOException {
        try (SocketChannel raw = SocketChannel.open(address())) {
            raw.write(ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
            int read;
            try {
                read = raw.read(ByteBuffer.allocate(1));
            } catch (IOException reset) {
                read = -1;
            }
            assertEquals(-1, read);
        }
        WireConnection unknown = WireConnection.connect(address(), WireKind.CALLS);
        unknown.send(new byte[] {1});
        assertThrows(IOException.class, () -> {
            if (unknown.receive() == null) {
                throw new EOFException();
            }
        });
        unknown.close();
    }
}
