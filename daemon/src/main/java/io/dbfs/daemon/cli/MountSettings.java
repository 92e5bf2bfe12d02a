package io.dbfs.daemon.cli;

import io.dbfs.common.Version;
import io.dbfs.common.config.Schema;
import io.dbfs.common.config.Setting;
import io.dbfs.common.config.SettingType;
import io.dbfs.common.config.Settings;
import io.dbfs.common.host.HostName;
import io.dbfs.daemon.vfs.MountConfig;
import io.dbfs.fuse.MountOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The keys of a mount, in its file and after {@code -o}. */
final class MountSettings {
    static final Setting<List<String>> SUPERNODES = Setting.required(
            "supernodes", SettingType.listOf(SettingType.hostPort()), "API address of each supernode process.");
    static final Setting<Path> MOUNT_POINT =
            Setting.required("mount_point", SettingType.absolutePath(), "The empty directory to mount on.");
    static final Setting<String> OPTIONS = Setting.of(
            "options",
            SettingType.text(),
            "",
            "Mount options as after `-o`: those of mount(8), `allow_other`, `fuse=`.");
    static final Setting<Optional<String>> HOST = Setting.of(
            "host",
            SettingType.optional(SettingType.name()),
            "",
            "Name of this host; replicas on a node of this name are read first. Empty: the system's name.");
    static final Setting<Duration> ATTRIBUTE_VALIDITY = Setting.of(
            "attribute_validity",
            SettingType.duration("0s", "1h"),
            "1s",
            "How long attributes are believed while no server tells of changes; 0s: they are always asked for.");
    static final Setting<Duration> ENTRY_VALIDITY =
            Setting.of("entry_validity", SettingType.duration("0s", "1h"), "1s", "The same for names in directories.");
    static final Setting<Duration> OPERATION_TIMEOUT = Setting.of(
            "operation_timeout",
            SettingType.duration("1s", "1h"),
            "30s",
            "An operation that cannot be done by then, for want of servers, fails with ETIMEDOUT or EIO.");
    static final Setting<Duration> COMMIT_DELAY = Setting.of(
            "commit_delay",
            SettingType.duration("10ms", "1m"),
            "1s",
            "What is written is committed after this at the latest; close and fsync commit at once.");
    static final Setting<Long> WRITE_BUFFER = Setting.of(
            "write_buffer",
            SettingType.size("4MiB", "16GiB"),
            "48MiB",
            "Memory for written data that no node has stored yet; write() waits when it is full.");
    static final Setting<Long> READ_AHEAD = Setting.of(
            "read_ahead",
            SettingType.size("4MiB", "16GiB"),
            "32MiB",
            "Memory for data fetched before it is asked for.");
    static final Setting<Long> BLOCK_CACHE = Setting.of(
            "block_cache", SettingType.size("4MiB", "64GiB"), "32MiB", "Memory for data kept from random reads.");
    static final Setting<Boolean> READ_HOST_FILES = Setting.of(
            "read_host_files",
            SettingType.flag(),
            "true",
            "Chunks on nodes of this host are read from the nodes' files, where the mount may read these. false: nodes send them.");

    static final Schema SCHEMA = new Schema(
            "mount",
            List.of(
                    SUPERNODES,
                    MOUNT_POINT,
                    OPTIONS,
                    HOST,
                    ATTRIBUTE_VALIDITY,
                    ENTRY_VALIDITY,
                    OPERATION_TIMEOUT,
                    COMMIT_DELAY,
                    WRITE_BUFFER,
                    READ_AHEAD,
                    BLOCK_CACHE,
                    READ_HOST_FILES));

    private MountSettings() {}

    /** What the VFS is told. */
    static MountConfig config(Settings settings, Path mountPoint, MountOptions options) {
        return new MountConfig(
                settings.get(SUPERNODES),
                mountPoint.toString(),
                settings.get(HOST).orElseGet(HostName::current),
                Version.current(),
                settings.get(ATTRIBUTE_VALIDITY),
                settings.get(ENTRY_VALIDITY),
                settings.get(OPERATION_TIMEOUT),
                settings.get(COMMIT_DELAY),
                settings.get(WRITE_BUFFER),
                settings.get(READ_AHEAD),
                settings.get(BLOCK_CACHE),
                settings.get(READ_HOST_FILES),
                options.accessTimes(),
                options.directoryTimes());
    }
}
