package io.dbfs.common.watch;

import java.time.Duration;

/**
 * The times by which a stream of changes keeps its promise that nothing stale is served for longer than a second after it
 * broke. They are one contract between mounts and leaders, and so not configurable.
 */
public final class WatchTimes {
    /** A mount asks for a sign of life this often. */
    public static final Duration PING = Duration.ofMillis(200);

    /**
     * A mount believes what it caches for this long after it sent the last ping that was answered. Longer than some lost
     * pings and a pause for garbage collection.
     */
    public static final Duration LEASE = Duration.ofMillis(800);

    /** The kernel believes what the mount told it until this long after the same ping. */
    public static final Duration KERNEL_LEASE = Duration.ofSeconds(1);

    /** A leader waits this long for a mount that does not acknowledge: its lease and room for clocks of different rates. */
    public static final Duration LEASE_AT_LEADER = Duration.ofMillis(850);

    private WatchTimes() {}
}
