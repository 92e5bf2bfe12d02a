package io.dbfs.cluster.leader;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * Decides below which id a chunk that nobody committed never will be. Ids are marked as they are handed out; a mark old
 * enough becomes the floor. Used by one thread.
 */
final class VoidFloor {
    private final long afterNanos;
    private long markedId;
    private long markedAtNanos;

    VoidFloor(Duration after) {
        afterNanos = after.toNanos();
    }

    /** Leadership began: all ids below {@code nextId} have been reserved by others. */
    void begin(long nextId, long nowNanos) {
        markedId = nextId;
        markedAtNanos = nowNanos;
    }

    /** The new floor, where it is time for one. {@code nextId}: every id below it is handed out; 0: none since. */
    OptionalLong advance(long nextId, long nowNanos) {
        if (nowNanos - markedAtNanos < afterNanos) {
            return OptionalLong.empty();
        }
        long floor = markedId;
        markedId = Math.max(markedId, nextId);
        markedAtNanos = nowNanos;
        return OptionalLong.of(floor);
    }
}
