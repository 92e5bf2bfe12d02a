package io.dbfs.fuse;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How to mount. What is absent depends on who mounts: root gets what a local filesystem gives (other users, devices and
 * set-uid programs), everyone else what fusermount(1) allows.
 *
 * @param adapter the way to talk to the kernel
 * @param flags further mount(8) flags such as "ro" or "noexec", in the order given
 * @param allowOther whether users other than the one who mounts may use the mount
 * @param defaultPermissions whether the kernel checks mode bits, owner and group
 * @param attributesValidNanos for how long the kernel keeps attributes, instead of what the filesystem says
 * @param entryValidNanos for how long the kernel keeps names, instead of what the filesystem says
 * @param maxBackground how many requests that no program waits for may be under way, 1 to 65535
 */
public record MountOptions(
        Adapter adapter,
        List<String> flags,
        Optional<Boolean> allowOther,
        boolean defaultPermissions,
        OptionalLong attributesValidNanos,
        OptionalLong entryValidNanos,
        int maxBackground,
        AccessTimes accessTimes) {
    /** What an empty option text means. */
    public static final MountOptions DEFAULTS = new MountOptions(
            Adapter.KERNEL,
            List.of(),
            Optional.empty(),
            true,
            OptionalLong.empty(),
            OptionalLong.empty(),
            64,
            AccessTimes.RELATIVE);

    public MountOptions {
        flags = List.copyOf(flags);
        if (maxBackground < 1 || maxBackground > 0xffff) {
            throw new MountException("max_background=" + maxBackground + " (expected: 1 to 65535)");
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

    /** The same by way of another adapter. */
    public MountOptions withAdapter(Adapter value) {
        return new MountOptions(
                value,
                flags,
                allowOther,
                defaultPermissions,
                attributesValidNanos,
                entryValidNanos,
                maxBackground,
                accessTimes);
    }

    /** Whether the mount refuses to change anything. */
    public boolean readOnly() {
        return flags.contains("ro");
    }

    /** Whether others than the user who mounts may use it. */
    public boolean allowsOthers(boolean root) {
        return allowOther.orElse(root);
    }

    /** The options that mount(2) or fusermount(1) take, in libfuse's words. */
    public List<String> forLibfuse(boolean root) {
        List<String> words = new ArrayList<>(List.of("fsname=dbfs", "subtype=dbfs"));
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
}
