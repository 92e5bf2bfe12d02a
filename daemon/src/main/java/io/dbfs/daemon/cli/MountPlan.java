package io.dbfs.daemon.cli;

import io.dbfs.common.config.Settings;
import io.dbfs.daemon.vfs.MountConfig;
import io.dbfs.fuse.MountException;
import io.dbfs.fuse.MountOptions;
import io.dbfs.fuse.MountPoints;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A mount as asked for.
 *
 * @param mountPoint as the kernel's list of mounts will have it
 */
record MountPlan(Path mountPoint, MountConfig config, MountOptions options) {
    private static final String ORIGIN = "-o";

    /**
     * Puts together what a file says and what arguments say; arguments win.
     *
     * @param options the texts after each {@code -o}
     * @throws io.dbfs.common.config.ConfigException for a wrong key or value
     * @throws CommandFailure for an unknown mount option
     */
    static MountPlan of(
            Optional<Path> file, Optional<List<String>> supernodes, Optional<Path> directory, List<String> options) {
        Words words = Words.of(options);
        Map<String, String> given = new HashMap<>(words.ours());
        supernodes.ifPresent(list -> given.put(MountSettings.SUPERNODES.key(), String.join(",", list)));
        directory.ifPresent(path -> given.put(
                MountSettings.MOUNT_POINT.key(), MountPoints.locate(path).toString()));
        Settings settings = file.isPresent()
                ? MountSettings.SCHEMA.read(file.get(), ORIGIN, given)
                : MountSettings.SCHEMA.of(ORIGIN, given);
        String inFile = settings.get(MountSettings.OPTIONS);
        Path mountPoint = MountPoints.locate(settings.get(MountSettings.MOUNT_POINT));
        MountOptions parsed = parse(inFile + "," + words.theirs());
        MountConfig config = MountSettings.config(settings, mountPoint, parsed);
        return new MountPlan(mountPoint, config, parsed.withSource(String.join(",", config.supernodes())));
    }

    /**
     * Checks a file without looking at the directory it names.
     *
     * @throws io.dbfs.common.config.ConfigException for a wrong key or value
     */
    static void check(Path file) {
        Settings settings = MountSettings.SCHEMA.read(file);
        try {
            MountOptions.parse(settings.get(MountSettings.OPTIONS));
        } catch (MountException e) {
            throw settings.refuse(MountSettings.OPTIONS, "mount options: " + e.getMessage());
        }
    }

    private static MountOptions parse(String text) {
        try {
            return MountOptions.parse(text);
        } catch (MountException e) {
            throw CommandFailure.usage(ORIGIN + ": " + e.getMessage());
        }
    }

    /** Options parted into our settings and what the adapter and mount(8) know. */
    private record Words(Map<String, String> ours, String theirs) {
        static Words of(List<String> texts) {
            Map<String, String> ours = new HashMap<>();
            StringBuilder theirs = new StringBuilder();
            for (String word : String.join(",", texts).split(",", -1)) {
                int equals = word.indexOf('=');
                String key = equals < 0 ? "" : word.substring(0, equals);
                if (MountSettings.SCHEMA.settings().stream()
                        .anyMatch(setting -> setting.key().equals(key))) {
                    ours.put(key, word.substring(equals + 1));
                } else if (!word.isEmpty()) {
                    theirs.append(word).append(',');
                }
            }
            return new Words(ours, theirs.toString());
        }
    }
}
