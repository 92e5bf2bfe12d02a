package io.dbfs.common.rpc;

import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Unix sockets beside the TCP ports: bulk bytes within one host took a tenth less processor time over them. Each server
 * has one in the abstract namespace, named after the address it serves; like the port it belongs to the network
 * namespace, and is gone with the process.
 */
final class LocalSockets {
    private static final String PREFIX = "dbfs/";
    private static final String ANY = "*";
    private static final Path LISTED = Path.of("/proc/net/unix");

    private LocalSockets() {}

    /** Where a server that is bound to a TCP address listens as well. */
    static DomainSocketAddress of(InetSocketAddress bound) {
        InetAddress address = bound.getAddress();
        return socket(address.isAnyLocalAddress() ? ANY : address.getHostAddress(), bound.getPort());
    }

    /** The socket of a server of this host that runs now; empty for any other: it is reached over TCP. */
    static Optional<DomainSocketAddress> find(HostPort server) {
        InetAddress address = server.resolve().getAddress();
        try {
            if (address == null || !isOwn(address)) {
                return Optional.empty();
            }
            String listed = Files.readString(LISTED, StandardCharsets.ISO_8859_1);
            return List.of(socket(address.getHostAddress(), server.port()), socket(ANY, server.port())).stream()
                    .filter(candidate -> listed.contains(" @" + candidate.path().substring(1) + "\n"))
                    .findFirst();
        } catch (IOException e) {
            // No such list: not Linux, or hidden.
            return Optional.empty();
        }
    }

    private static boolean isOwn(InetAddress address) throws IOException {
        return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    }

    private static DomainSocketAddress socket(String address, int port) {
        return new DomainSocketAddress("\0" + PREFIX + address + ":" + port);
    }
}
