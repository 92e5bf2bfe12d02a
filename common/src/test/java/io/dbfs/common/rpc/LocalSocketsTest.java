package io.dbfs.common.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LocalSocketsTest {
    @BeforeEach
    void requireUnixSockets() {
        assumeTrue(EventLoops.hasUnixSockets());
    }

    @Test
    void serverOfThisHostIsFoundWhileItRuns() throws IOException {
        HostPort address;
        try (RpcServer server = RpcServer.start("127.0.0.1:0", List.of(), Runnable::run)) {
            address = new HostPort("127.0.0.1", server.port());
            assertTrue(LocalSockets.find(address).isPresent());
            assertTrue(
                    LocalSockets.find(new HostPort("localhost", server.port())).isPresent());
        }
        assertEquals(Optional.empty(), LocalSockets.find(address));
    }

    @Test
    void serverBoundToEveryAddressIsFoundByAnyOfThem() throws IOException {
        try (RpcServer server = RpcServer.start("0.0.0.0:0", List.of(), Runnable::run)) {
            assertTrue(
                    LocalSockets.find(new HostPort("127.0.0.1", server.port())).isPresent());
        }
    }

    @Test
    void serverBoundToAnotherAddressIsNotFound() throws IOException {
        try (RpcServer server = RpcServer.start("127.0.0.2:0", List.of(), Runnable::run)) {
            assertEquals(Optional.empty(), LocalSockets.find(new HostPort("127.0.0.1", server.port())));
        }
    }

    @Test
    void addressOfAnotherHostIsNotFound() {
        assertEquals(Optional.empty(), LocalSockets.find(new HostPort("192.0.2.1", 7000)));
        assertEquals(Optional.empty(), LocalSockets.find(new HostPort("no-such-host.invalid", 7000)));
    }
}
