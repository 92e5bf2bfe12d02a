package io.dbfs.daemon.local;

import io.dbfs.common.config.Schema;
import io.dbfs.common.config.ServerAddress;
import io.dbfs.common.config.Setting;
import io.dbfs.common.config.SettingType;
import io.dbfs.common.config.Settings;
import io.dbfs.supernode.SupernodeConfig;
import io.dbfs.supernode.SupernodeMember;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** The keys of a process of the supernode. */
public final class SupernodeSettings {
    static final Setting<ServerAddress> ADDRESS = Setting.required(
            "address", SettingType.server(), "Where others reach this process; the same text as in `members`.");
    static final Setting<Optional<String>> LISTEN = Setting.of(
            "listen",
            SettingType.optional(SettingType.hostPort()),
            "",
            "Where the API listens, such as `0.0.0.0:7400`; the next port likewise. Empty: at `address`.");
    static final Setting<Optional<List<ServerAddress>>> MEMBERS = Setting.of(
            "members",
            SettingType.optional(SettingType.listOf(SettingType.server())),
            "",
            "All 1, 3 or 5 processes of the supernode, the same at each of them. Empty: this one alone.");
    static final Setting<Path> DATA = Setting.of(
            "data", SettingType.absolutePath(), "/var/lib/dbfs/supernode", "Folder of its state and its Raft log.");
    static final Setting<Duration> ELECTION_TIMEOUT = Setting.of(
            "election_timeout",
            SettingType.duration("200ms", "1m"),
            "800ms",
            "A process that hears nothing from the leader for this long stands for election.");
    static final Setting<Duration> SESSION_LEASE = Setting.of(
            "session_lease",
            SettingType.duration("5s", "1h"),
            "30s",
            "A mount that is silent for this long has lost its session: files it held open but unlinked go.");
    static final Setting<Long> RESERVE = Setting.of(
            "reserve",
            SettingType.size("0B", "1PiB"),
            "128MiB",
            "Free space of the disk below which no new names and extended attributes are taken (ENOSPC); deleting"
                    + " always works.");
    static final Setting<String> READS = Setting.of(
            "reads",
            SettingType.oneOf("lease", "quorum"),
            "lease",
            "`lease`: the leader answers reads by its lease, trusting that clocks run at the same rate; `quorum`: each"
                    + " read asks a majority.");

    /** Every key. */
    public static final Schema SCHEMA = new Schema(
            "supernode", List.of(ADDRESS, LISTEN, MEMBERS, DATA, ELECTION_TIMEOUT, SESSION_LEASE, RESERVE, READS));

    private SupernodeSettings() {}

    /**
     * Reads a file.
     *
     * @throws io.dbfs.common.config.ConfigException naming what is wrong
     */
    public static SupernodeConfig read(Path file) {
        Settings settings = SCHEMA.read(file);
        ServerAddress address = settings.get(ADDRESS);
        List<ServerAddress> members = settings.get(MEMBERS).orElse(List.of(address));
        if (members.size() % 2 == 0 || members.size() > 5) {
            throw settings.refuse(MEMBERS, "1, 3 or 5 of them");
        }
        if (new HashSet<>(members).size() != members.size()) {
            throw settings.refuse(MEMBERS, "each once");
        }
        if (!members.contains(address)) {
            throw settings.refuse(MEMBERS, "this process's address " + address + " among them");
        }
        return new SupernodeConfig(
                settings.get(LISTEN).orElse(address.api()),
                member(address),
                members.stream().map(SupernodeSettings::member).toList(),
                settings.get(DATA),
                settings.get(ELECTION_TIMEOUT),
                settings.get(SESSION_LEASE),
                settings.get(RESERVE),
                settings.get(READS).equals("lease"));
    }

    private static SupernodeMember member(ServerAddress address) {
        return new SupernodeMember(address.api(), address.raft());
    }
}
