package io.dbfs.daemon.local;

import io.dbfs.cluster.node.NodeServer;
import io.dbfs.common.config.Schema;
import io.dbfs.supernode.SupernodeServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Starts one server from its configuration file. */
public final class Servers {
    private Servers() {}

    /** Every server role's keys. */
    public static List<Schema> schemas() {
        return List.of(SupernodeSettings.SCHEMA, NodeSettings.SCHEMA);
    }

    /**
     * Checks a server's file without starting anything.
     *
     * @throws io.dbfs.common.config.ConfigException naming what is wrong
     */
    public static void check(String role, Path file) {
        if (role.equals(SupernodeSettings.SCHEMA.role())) {
            SupernodeSettings.read(file);
        } else {
            NodeSettings.read(file);
        }
    }

    /** A process of the supernode, serving when this returns. */
    public static Server supernode(Path file) throws IOException {
        SupernodeServer server = SupernodeServer.start(SupernodeSettings.read(file));
        return new Server("supernode " + server.address(), server.failed(), server);
    }

    /** A storage node, serving when this returns. */
    public static Server node(Path file) throws IOException {
        NodeServer server = NodeServer.start(NodeSettings.read(file));
        return new Server("node " + server.address(), server.failed(), server::stop);
    }

    /**
     * A running server.
     *
     * @param name what it is and where, for people
     * @param failed completes, with one line, when it cannot go on
     * @param handle ends it
     */
    public record Server(String name, CompletableFuture<String> failed, AutoCloseable handle) {}
}
