package io.dbfs.common.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

class SilentHostsTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Deque<Runnable> asked = new ArrayDeque<>();
    private final SilentHosts hosts = new SilentHosts(Duration.ofSeconds(2), 200, asked::add);

    private void answer() {
        asked.remove().run();
    }

    @Test
    void hostIsAskedOnlyAfterAWhileAndOnlyOnceAtATime() throws IOException {
        FullBacklog peer = new FullBacklog();
        try (peer) {
            peer.fill();
            assertFalse(hosts.isSilent(peer.address(), 0, SECOND));
            assertEquals(0, asked.size());
            assertFalse(hosts.isSilent(peer.address(), 0, 2 * SECOND));
            assertFalse(hosts.isSilent(peer.address(), 0, 3 * SECOND));
            assertEquals(1, asked.size());
            answer();
            assertTrue(hosts.isSilent(peer.address(), 0, 3 * SECOND));
        }
    }

    @Test
    void anExchangeThatBeganAfterTheQuestionAsksAnew() throws IOException {
        FullBacklog peer = new FullBacklog();
        try (peer) {
            peer.fill();
            assertFalse(hosts.isSilent(peer.address(), 0, 2 * SECOND));
            answer();
            assertFalse(hosts.isSilent(peer.address(), SECOND, 4 * SECOND));
            assertEquals(1, asked.size());
        }
    }

    @Test
    void aPortThatAcceptsIsAskedAgainLater() throws IOException {
        try (ServerSocket peer = new ServerSocket(0, 4, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), peer.getLocalPort());
            assertFalse(hosts.isSilent(address, 0, 2 * SECOND));
            answer();
            assertFalse(hosts.isSilent(address, 0, 3 * SECOND));
            assertEquals(0, asked.size());
            assertFalse(hosts.isSilent(address, 0, 5 * SECOND));
            assertEquals(1, asked.size());
        }
    }

    @Test
    void aHostThatRefusesIsThere() throws IOException {
        InetSocketAddress closed;
        try (ServerSocket peer = new ServerSocket(0, 4, InetAddress.getLoopbackAddress())) {
            closed = new InetSocketAddress(InetAddress.getLoopbackAddress(), peer.getLocalPort());
        }
        assertFalse(hosts.isSilent(closed, 0, 2 * SECOND));
        answer();
        assertFalse(hosts.isSilent(closed, 0, 3 * SECOND));
    }

    @Test
    void exchangeWithASilentHostEndsLongBeforeItsDeadline() throws IOException {
        FullBacklog peer = new FullBacklog();
        try (peer) {
            WireConnection connection = WireConnection.connect(peer.address(), WireKind.CHUNKS);
            peer.fill();
            WireDeadline deadline = connection.within(Duration.ofMinutes(5));
            try (deadline) {
                assertThrows(IOException.class, connection::receive);
            }
            assertEquals("its host is silent", deadline.exception().getMessage());
        }
    }
}
