package io.dbfs.fuse;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How to mount. What is absent depends on who mounts: root gets what a local filesystem gives (other users, devices and
 * set-uid programs), everyone else what fusermount(1) allows.
 *
 * @param source what the list of mounts shows as mounted; mount(8) tells by it whether a line of /etc/fstab is mounted already
 * @param adapter the way to talk to the kernel
 * @param flags further mount(8) flags such as "ro" or "noexec", in the order given
 * @param allowOther whether users other than the one who mounts may use the mount
 * @param defaultPermissions whether the kernel checks mode bits, owner and group; where it does not, nobody does, and the mount is
 *     for its user alone
 * @param attributesValidNanos for how long the kernel keeps attributes, instead of what the filesystem says
 * @param entryValidNanos for how long the kernel keeps names, instead of what the filesystem says
 * @param directoryTimes when listing a directory changes its atime
 * @param maxBackground how many requests that no program waits for may be under way, 1 to 65535; above it the kernel
 *     holds RELEASE back after close(2) has returned, and a lock is seen for longer than its descriptor
 */
public record MountOptions(
        String source,
        Adapter adapter,
        List<String> flags,
        Optional<Boolean> allowOther,
        boolean defaultPermissions,
        OptionalLong attributesValidNanos,
        OptionalLong entryValidNanos,
        int maxBackground,
        AccessTimes accessTimes,
        AccessTimes directoryTimes) {
    /** What an empty option text means. */
    public static final MountOptions DEFAULTS = new MountOptions(
            "dbfs",
            Adapter.KERNEL,
            List.of(),
            Optional.empty(),
            true,
            OptionalLong.empty(),
            OptionalLong.empty(),
            512,
            AccessTimes.RELATIVE,
            AccessTimes.RELATIVE);

    public MountOptions {
        flags = List.copyOf(flags);
        if (maxBackground < 1 || maxBackground > 0xffff) {
            throw new MountException("max_background=" + maxBackground + " (expected: 1 to 65535)");
        }
        if (!defaultPermissions && allowOther.orElse(false)) {
            throw new MountException("mount options allow_other and nodefault_permissions together"
                    + " (expected: at most one of them, for nobody would check the others' permissions)");
        }
    }

    /**
     * Reads the text after {@code -o}: options separated by commas, the later of two that contradict holds.
     *
     * @throws MountException for an unknown option or a wrong value, naming it and what is expected
     */
    public static MountOptions parse(String text) {
        return OptionText.parse(text);
    }

    /** The same under another name in the list of mounts. */
    public MountOptions withSource(String value) {
        return new MountOptions(
                value,
                adapter,
                flags,
                allowOther,
                defaultPermissions,
                attributesValidNanos,
                entryValidNanos,
                maxBackground,
                accessTimes,
                directoryTimes);
    }

    /** The same by way of another adapter. */
    public MountOptions withAdapter(Adapter value) {
        return new MountOptions(
                source,
                value,
                flags,
                allowOther,
                defaultPermissions,
                attributesValidNanos,
                entryValidNanos,
                maxBackground,
                accessTimes,
                directoryTimes);
    }

    /** Whether the mount refuses to change anything. */
    public boolean readOnly() {
        return flags.contains("ro");
    }

    /** Whether others than the user who mounts may use it. */
    public boolean allowsOthers(boolean root) {
        return allowOther.orElse(root && defaultPermissions);
    }

    /** The options that mount(2) or fusermount(1) take, in libfuse's words. */
    public List<String> forLibfuse(boolean root) {
        List<String> words = new ArrayList<>(List.of("fsname=" + escaped(source), "subtype=dbfs"));
        if (root) {
            // libfuse adds nosuid and nodev unless told otherwise.
            words.addAll(List.of("suid", "dev"));
        }
        if (allowsOthers(root)) {
            words.add("allow_other");
        }
        if (defaultPermissions) {
            words.add("default_permissions");
        }
        words.addAll(flags);
        return words;
    }

    /** A comma would end the option. */
    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace(",", "\\,");
    }
}
