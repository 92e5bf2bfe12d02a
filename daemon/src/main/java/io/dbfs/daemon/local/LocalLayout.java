package io.dbfs.daemon.local;

import io.dbfs.common.DataDirectoryException;
import io.dbfs.common.config.ServerAddress;
import io.dbfs.common.host.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which servers an all-in-one system has and where. Its addresses are chosen at the first start and then stay: a Raft
 * member is known to the others by its address, so a changed port would be a stranger.
 *
 * @param data holds {@code addresses} and a folder for each server
 * @param supernode the one supernode
 * @param nodes the storage nodes of cluster {@value #CLUSTER}
 */
record LocalLayout(Path data, ServerAddress supernode, List<ServerAddress> nodes) {
    static final String CLUSTER = "local";
    static final int NODES = 3;

    private static final String FILE = "addresses";

    LocalLayout {
        nodes = List.copyOf(nodes);
    }

    /**
     * The layout of a data directory; chosen and written when there is none yet.
     *
     * @throws DataDirectoryException when the file is damaged, or a port is taken by another process
     */
    static LocalLayout open(Path data, FreePorts ports) throws IOException {
        Path file = data.resolve(FILE);
        try {
            LocalLayout layout = parse(data, file, Files.readAllLines(file));
            layout.requireFree(file);
            return layout;
        } catch (NoSuchFileException e) {
            LocalLayout layout = choose(data, ports);
            Files.createDirectories(data);
            Path temporary = Files.writeString(data.resolve(FILE + ".new"), layout.format());
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            return layout;
        }
    }

    /** The supernode's folder. */
    Path supernodeData() {
        return data.resolve("supernode");
    }

    /** A node's folder; nodes count from 1 for people. */
    Path nodeData(int index) {
        return data.resolve(nodeName(index));
    }

    static String nodeName(int index) {
        return "node-" + (index + 1);
    }

    private static LocalLayout choose(Path data, FreePorts ports) throws IOException {
        List<ServerAddress> servers = new ArrayList<>();
        for (int server = 0; server <= NODES; server++) {
            servers.add(new ServerAddress(ports.nextLoopback(), ports.nextLoopback()));
        }
        return new LocalLayout(data, servers.get(0), servers.subList(1, servers.size()));
    }

    private String format() {
        return "supernode " + supernode + "\n"
                + IntStream.range(0, nodes.size())
                        .mapToObj(index -> nodeName(index) + " " + nodes.get(index) + "\n")
                        .collect(Collectors.joining());
    }

    private static LocalLayout parse(Path data, Path file, List<String> lines) throws DataDirectoryException {
        List<ServerAddress> servers = new ArrayList<>();
        for (String line : lines) {
            String expectedName = servers.isEmpty() ? "supernode" : nodeName(servers.size() - 1);
            String[] words = line.split(" ", -1);
            if (words.length != 2 || !words[0].equals(expectedName)) {
                throw damaged(file, line);
            }
            servers.add(ServerAddress.parse(words[1]).orElseThrow(() -> damaged(file, line)));
        }
        if (servers.size() != NODES + 1) {
            throw damaged(file, servers.size() + " lines");
        }
        return new LocalLayout(data, servers.get(0), servers.subList(1, servers.size()));
    }

    private static DataDirectoryException damaged(Path file, String what) {
        return new DataDirectoryException(file + ": damaged: " + what
                + " (expected: one line SERVER HOST:PORT/RAFTPORT for each of " + (NODES + 1) + " servers)");
    }

    private void requireFree(Path file) throws DataDirectoryException {
        List<ServerAddress> servers = new ArrayList<>(List.of(supernode));
        servers.addAll(nodes);
        for (ServerAddress server : servers) {
            for (String address : List.of(server.api(), server.raft())) {
                int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
                if (!FreePorts.isFree(port)) {
                    throw new DataDirectoryException("port " + port + " of this system (see " + file
                            + ") is in use by another process; find it with: ss -ltnp 'sport = :" + port + "'");
                }
            }
        }
    }
}
