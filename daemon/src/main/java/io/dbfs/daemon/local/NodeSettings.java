package io.dbfs.daemon.local;

import io.dbfs.cluster.node.NodeConfig;
import io.dbfs.common.config.Schema;
import io.dbfs.common.config.ServerAddress;
import io.dbfs.common.config.Setting;
import io.dbfs.common.config.SettingType;
import io.dbfs.common.config.Settings;
import io.dbfs.raft.jraft.ReadMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The keys of a storage node. */
public final class NodeSettings {
    static final Setting<String> CLUSTER =
            Setting.required("cluster", SettingType.name(), "Name of the cluster it belongs to.");
    static final Setting<String> NAME = Setting.required(
            "name", SettingType.name(), "Name of this node, unique in its cluster; it keeps its identity by it.");
    static final Setting<Optional<String>> HOST = Setting.of(
            "host",
            SettingType.optional(SettingType.name()),
            "",
            "The host it runs on: copies of a chunk, and voters, lie on different hosts. Empty: the host of `address`,"
                    + " so that nodes on one address are on one host.");
    static final Setting<ServerAddress> ADDRESS =
            Setting.required("address", SettingType.server(), "Where others reach this node; it must stay.");
    static final Setting<Optional<String>> LISTEN = Setting.of(
            "listen",
            SettingType.optional(SettingType.hostPort()),
            "",
            "Where the API listens, such as `0.0.0.0:7500`; the next port likewise. Empty: at `address`.");
    static final Setting<List<String>> SUPERNODES = Setting.required(
            "supernodes", SettingType.listOf(SettingType.hostPort()), "API address of each supernode process.");
    static final Setting<Optional<List<ServerAddress>>> MEMBERS = Setting.of(
            "members",
            SettingType.optional(SettingType.listOf(SettingType.server())),
            "",
            "The nodes that found the cluster, at most 5, the same at each of them. Empty: this node joins the"
                    + " cluster, which exists.");
    static final Setting<Path> DATA = Setting.of(
            "data",
            SettingType.absolutePath(),
            "/var/lib/dbfs/node",
            "Folder of its chunks, its state and its Raft log.");
    static final Setting<Integer> REPLICAS = Setting.of(
            "replicas",
            SettingType.integer(1, 5),
            "2",
            "Copies of each chunk; of a cluster that exists, as it was founded.");
    static final Setting<Integer> MIN_REPLICAS = Setting.of(
            "min_replicas",
            SettingType.integer(1, 5),
            "2",
            "Copies that must be stored before a write is acknowledged, and durable before fsync succeeds.");
    static final Setting<Long> CHUNK_SIZE = Setting.of(
            "chunk_size", SettingType.size("64KiB", "64MiB"), "8MiB", "The largest chunk; a multiple of 64KiB.");
    static final Setting<Optional<Long>> RESERVE = Setting.of(
            "reserve",
            SettingType.optional(SettingType.size("0B", "1PiB")),
            "",
            "Free space of the disk that chunks never take. Empty: 2 % of the disk, at most 1GiB.");
    static final Setting<Duration> SUSPECT_AFTER = Setting.of(
            "suspect_after", SettingType.duration("1s", "1h"), "3s", "A node silent for this long gets no new chunks.");
    static final Setting<Duration> DEAD_AFTER = Setting.of(
            "dead_after",
            SettingType.duration("1s", "7d"),
            "30s",
            "A node silent for this long is declared dead: its chunks are re-replicated. When more than a third of the"
                    + " nodes seem dead at once, on several hosts, only after `restart_timeout`.");
    static final Setting<Duration> RESTART_TIMEOUT = Setting.of(
            "restart_timeout",
            SettingType.duration("1s", "7d"),
            "10m",
            "A node that was stopped in order is waited for this long, or for `dead_after` where that is longer.");
    static final Setting<Duration> ELECTION_TIMEOUT = Setting.of(
            "election_timeout",
            SettingType.duration("200ms", "1m"),
            "800ms",
            "A node that hears nothing from the leader for this long stands for election.");
    static final Setting<Duration> LOCK_LEASE = Setting.of(
            "lock_lease",
            SettingType.duration("3s", "1h"),
            "30s",
            "A mount that is silent for this long has lost its file locks; the same at every node of a cluster.");
    static final Setting<Boolean> DIRECT_IO = Setting.of(
            "direct_io",
            SettingType.flag(),
            "true",
            "Long pieces of chunks are written, and read by mounts of this host, past the page cache. `false` is"
                    + " better for disks that seek.");
    static final Setting<String> READS =
            Setting.of("reads", SettingType.oneOf("lease", "quorum"), "lease", "As for the supernode.");

    /** Every key. */
    public static final Schema SCHEMA = new Schema(
            "node",
            List.of(
                    CLUSTER,
                    NAME,
                    HOST,
                    ADDRESS,
                    LISTEN,
                    SUPERNODES,
                    MEMBERS,
                    DATA,
                    REPLICAS,
                    MIN_REPLICAS,
                    CHUNK_SIZE,
                    RESERVE,
                    SUSPECT_AFTER,
                    DEAD_AFTER,
                    RESTART_TIMEOUT,
                    ELECTION_TIMEOUT,
                    READS,
                    LOCK_LEASE,
                    DIRECT_IO));

    private static final int FOUNDERS_MAX = 5;
    private static final long BLOCK_BYTES = 64 << 10;
    private static final long DEFAULT_RESERVE = -1;

    private NodeSettings() {}

    /**
     * Reads a file.
     *
     * @throws io.dbfs.common.config.ConfigException naming what is wrong
     */
    public static NodeConfig read(Path file) {
        Settings settings = SCHEMA.read(file);
        requireConsistent(settings);
        ServerAddress address = settings.get(ADDRESS);
        return new NodeConfig(
                settings.get(CLUSTER),
                settings.get(NAME),
                settings.get(HOST).orElse(""),
                settings.get(LISTEN).orElse(address.api()),
                address,
                settings.get(SUPERNODES),
                settings.get(MEMBERS).orElse(List.of()),
                settings.get(DATA),
                settings.get(REPLICAS),
                settings.get(MIN_REPLICAS),
                Math.toIntExact(settings.get(CHUNK_SIZE)),
                settings.get(RESERVE).orElse(DEFAULT_RESERVE),
                settings.get(SUSPECT_AFTER),
                settings.get(DEAD_AFTER),
                settings.get(RESTART_TIMEOUT),
                settings.get(ELECTION_TIMEOUT),
                settings.get(READS).equals("lease") ? ReadMode.LEASE : ReadMode.READ_INDEX,
                settings.get(LOCK_LEASE),
                settings.get(DIRECT_IO));
    }

    private static void requireConsistent(Settings settings) {
        if (settings.get(MIN_REPLICAS) > settings.get(REPLICAS)) {
            throw settings.refuse(MIN_REPLICAS, "at most replicas, " + settings.get(REPLICAS));
        }
        if (settings.get(CHUNK_SIZE) % BLOCK_BYTES != 0) {
            throw settings.refuse(CHUNK_SIZE, "a multiple of 64KiB");
        }
        if (settings.get(SUSPECT_AFTER).compareTo(settings.get(DEAD_AFTER)) > 0) {
            throw settings.refuse(
                    DEAD_AFTER,
                    "at least suspect_after, " + settings.get(SUSPECT_AFTER).toMillis() + "ms");
        }
        if (settings.get(MEMBERS).orElse(List.of()).size() > FOUNDERS_MAX) {
            throw settings.refuse(MEMBERS, "at most " + FOUNDERS_MAX);
        }
    }
}
