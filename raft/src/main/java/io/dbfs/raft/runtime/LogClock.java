package io.dbfs.raft.runtime;

import io.dbfs.raft.Mutation;
import io.dbfs.raft.StateView;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** The time commands see: stamped by leaders, and held back from running backwards by the state. */
public final class LogClock {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final byte[] KEY = RuntimeKeys.time();

    private LogClock() {}

    /** What a leader stamps into an entry it proposes now: nanoseconds since the epoch. */
    public static long stamp(InstantSource clock) {
        Instant now = clock.instant();
        return now.getEpochSecond() * NANOS_PER_SECOND + now.getNano();
    }

    /** The time of the last applied command, 0 before the first. */
    static long lastNanos(StateView view) {
        Optional<byte[]> value = view.get(KEY);
        return value.isPresent() ? RuntimeKeys.decodeLong(value.get(), 0) : 0;
    }

    static Mutation remember(long timeNanos) {
        return new Mutation.Put(KEY, RuntimeKeys.encodeLongs(timeNanos));
    }
}
