package io.dbfs.cluster.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Who this node is in its cluster: given when it first joined, kept in a file. Thread-safe. */
final class NodeIdentity {
    private static final String FILE = "NODE";
    private static final Pattern NODE_ID = Pattern.compile("[1-9][0-9]{0,8}");

    private final @Nullable Path file;
    private volatile Joined joined;

    /**
     * Membership of a cluster.
     *
     * @param nodeId 0: none yet
     */
    record Joined(int nodeId, String clusterUuid) {
        static final Joined NOT_YET = new Joined(0, "");
    }

    private NodeIdentity(@Nullable Path file, Joined joined) {
        this.file = file;
        this.joined = joined;
    }

    /** The identity kept in a data directory. */
    static NodeIdentity load(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return new NodeIdentity(file, Joined.NOT_YET);
        }
        List<String> lines = Files.readAllLines(file);
        if (lines.size() != 2 || !NODE_ID.matcher(lines.get(0)).matches()) {
            throw new IOException(file + ": damaged (expected: two lines, node id and cluster)");
        }
        return new NodeIdentity(file, new Joined(Integer.parseInt(lines.get(0)), lines.get(1)));
    }

    /** An identity that goes with the process. */
    static NodeIdentity inMemory() {
        return new NodeIdentity(null, Joined.NOT_YET);
    }

    Joined get() {
        return joined;
    }

    /** 0 until the node has joined. */
    int nodeId() {
        return joined.nodeId;
    }

    /** Keeps the identity durably. */
    synchronized void set(Joined now) {
        if (now.equals(joined)) {
            return;
        }
        if (file != null) {
            try {
                write(file, now.nodeId + "\n" + now.clusterUuid + "\n");
            } catch (IOException e) {
                throw new UncheckedIOException("cannot keep the node's identity in " + file, e);
            }
        }
        joined = now;
    }

    private static void write(Path file, String text) throws IOException {
        Path temporary = file.resolveSibling(FILE + ".new");
        Files.writeString(temporary, text);
        force(temporary);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        force(file.resolveSibling("."));
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
