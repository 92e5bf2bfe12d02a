package io.dbfs.raft.cache;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known of one key, and of the stretch that follows it. */
final class Known {
    /** Otherwise this only marks where a stretch without keys ends: the key itself may be there or not. */
    private boolean isKnown;

    private byte @Nullable [] value;
    private boolean nothingUntilNext;

    boolean isKnown() {
        return isKnown;
    }

    /** The value, not to be given away; null where there is none. */
    byte @Nullable [] value() {
        return value;
    }

    /** A copy of the value. */
    Optional<byte[]> copy() {
        return Optional.ofNullable(value).map(byte[]::clone);
    }

    int valueBytes() {
        return value == null ? 0 : value.length;
    }

    void set(byte @Nullable [] now) {
        isKnown = true;
        value = now;
    }

    /** Whether no key is between this one and the next of which anything is known; there is such a next one. */
    boolean nothingUntilNext() {
        return nothingUntilNext;
    }

    void setNothingUntilNext(boolean nothing) {
        nothingUntilNext = nothing;
    }
}
