package io.dbfs.common.config;

import java.util.Optional;

/**
 * The two addresses of a server that replicates, both "host:port" and of one host.
 *
 * @param api where it is asked by gRPC
 * @param raft where its group talks to it, by the wire protocol; whoever asks often or moves bytes comes there as well
 */
public record ServerAddress(String api, String raft) {
    /** The Raft port is the next one unless it is told: {@code host:7400}, {@code host:7400/7500}. */
    public static Optional<ServerAddress> parse(String text) {
        int slash = text.indexOf('/');
        String api = slash < 0 ? text : text.substring(0, slash);
        if (!SettingType.isHostPort(api)) {
            return Optional.empty();
        }
        int colon = api.lastIndexOf(':');
        String raftPort = slash < 0
                ? Integer.toString(Integer.parseInt(api.substring(colon + 1)) + 1)
                : text.substring(slash + 1);
        String raft = api.substring(0, colon + 1) + raftPort;
        return Optional.of(new ServerAddress(api, raft)).filter(address -> SettingType.isHostPort(raft));
    }

    /** The text that {@link #parse} reads. */
    @Override
    public String toString() {
        return api + "/" + raft.substring(raft.lastIndexOf(':') + 1);
    }
}
