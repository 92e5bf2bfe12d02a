package io.dbfs.fuse;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The reader of option texts ({@code -o}). */
final class OptionText {
    private static final Set<String> FLAGS =
            Set.of("ro", "rw", "dev", "nodev", "suid", "nosuid", "exec", "noexec", "sync", "async", "dirsync");

    /** What /etc/fstab may hold for mount(8) and systemd; it says nothing to a filesystem. */
    private static final Set<String> NOT_OURS =
            Set.of("defaults", "auto", "noauto", "nofail", "_netdev", "user", "nouser", "users", "owner", "group");

    private static final String KNOWN =
            "ro, rw, [no]atime, relatime, strictatime, nodiratime, [no]dev, [no]suid, [no]exec, [a]sync, dirsync,"
                    + " [no]allow_other, [no]default_permissions, fuse=kernel|jnr, attr_timeout=SECONDS, entry_timeout=SECONDS,"
                    + " max_background=N";

    private static final BigDecimal NANOS_IN_SECOND = BigDecimal.valueOf(1_000_000_000);
    private static final BigDecimal MAX_SECONDS = BigDecimal.valueOf(1_000_000_000);

    private final List<String> flags = new ArrayList<>();
    private Adapter adapter = MountOptions.DEFAULTS.adapter();
    private Optional<Boolean> allowOther = Optional.empty();
    private boolean defaultPermissions = true;
    private OptionalLong attributesValidNanos = OptionalLong.empty();
    private OptionalLong entryValidNanos = OptionalLong.empty();
    private AccessTimes accessTimes = MountOptions.DEFAULTS.accessTimes();
    private boolean directoryTimes = true;
    private int maxBackground = MountOptions.DEFAULTS.maxBackground();

    private OptionText() {}

    static MountOptions parse(String text) {
        OptionText options = new OptionText();
        for (String word : text.split(",", -1)) {
            if (!word.isBlank()) {
                options.take(word.strip());
            }
        }
        return new MountOptions(
                MountOptions.DEFAULTS.source(),
                options.adapter,
                options.flags,
                options.allowOther,
                options.defaultPermissions,
                options.attributesValidNanos,
                options.entryValidNanos,
                options.maxBackground,
                options.accessTimes(),
                options.directoryTimes ? options.accessTimes() : AccessTimes.NEVER);
    }

    /** Nothing changes on a mount for reading only. */
    private AccessTimes accessTimes() {
        return flags.contains("ro") ? AccessTimes.NEVER : accessTimes;
    }

    private void take(String word) {
        int equals = word.indexOf('=');
        String key = equals < 0 ? word : word.substring(0, equals);
        if (FLAGS.contains(word)) {
            takeFlag(word);
        } else if (equals >= 0) {
            takeValue(key, word.substring(equals + 1), word);
        } else if (!NOT_OURS.contains(word) && !word.startsWith("x-")) {
            takeSwitch(word);
        }
    }

    /** Of a flag and its opposite the later holds. */
    private void takeFlag(String word) {
        flags.remove(opposite(word));
        flags.remove(word);
        flags.add(word);
    }

    private static String opposite(String flag) {
        return switch (flag) {
            case "ro" -> "rw";
            case "rw" -> "ro";
            case "sync" -> "async";
            case "async" -> "sync";
            default -> flag.startsWith("no") ? flag.substring(2) : "no" + flag;
        };
    }

    private void takeSwitch(String word) {
        switch (word) {
            case "allow_other" -> allowOther = Optional.of(true);
            case "noallow_other" -> allowOther = Optional.of(false);
            case "noatime" -> {
                accessTimes = AccessTimes.NEVER;
                takeFlag(word);
            }
            case "atime", "relatime" -> takeAccessTimes(AccessTimes.RELATIVE);
            case "strictatime" -> takeAccessTimes(AccessTimes.STRICT);
            case "diratime" -> directoryTimes = true;
            case "nodiratime" -> directoryTimes = false;
            case "default_permissions" -> defaultPermissions = true;
            case "nodefault_permissions" -> defaultPermissions = false;
            default -> throw unknown(word);
        }
    }

    /** The kernel is told of noatime alone: it leaves the times to us, and shows what it was told. */
    private void takeAccessTimes(AccessTimes value) {
        accessTimes = value;
        flags.remove("noatime");
    }

    private void takeValue(String key, String value, String word) {
        switch (key) {
            case "fuse" -> adapter = adapter(value);
            case "attr_timeout" -> attributesValidNanos = OptionalLong.of(nanos(key, value));
            case "entry_timeout" -> entryValidNanos = OptionalLong.of(nanos(key, value));
            case "max_background" -> maxBackground = count(key, value);
            case "comment" -> {}
            default -> {
                if (!key.startsWith("x-")) {
                    throw unknown(word);
                }
            }
        }
    }

    private static Adapter adapter(String value) {
        return switch (value) {
            case "kernel" -> Adapter.KERNEL;
            case "jnr" -> Adapter.JNR;
            default -> throw new MountException("mount option fuse=" + value + " (expected: kernel or jnr)");
        };
    }

    private static long nanos(String key, String value) {
        try {
            BigDecimal seconds = new BigDecimal(value);
            if (seconds.signum() >= 0 && seconds.compareTo(MAX_SECONDS) <= 0) {
                return seconds.multiply(NANOS_IN_SECOND).longValue();
            }
        } catch (NumberFormatException notANumber) {
            throw new MountException(wrongSeconds(key, value), notANumber);
        }
        throw new MountException(wrongSeconds(key, value));
    }

    private static String wrongSeconds(String key, String value) {
        return "mount option " + key + "=" + value + " (expected: seconds, 0 to 1000000000, such as 1.5)";
    }

    private static int count(String key, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException notANumber) {
            throw new MountException(
                    "mount option " + key + "=" + value + " (expected: a number, 1 to 65535)", notANumber);
        }
    }

    private static MountException unknown(String word) {
        return new MountException("unknown mount option '" + word + "' (known: " + KNOWN + ")");
    }
}
