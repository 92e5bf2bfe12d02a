package io.dbfs.raft.memory;

import org.jspecify.annotations.Nullable;

/** A key's value from one index on, null where it was removed, with the older ones that some view still sees. */
final class Version {
    private final long index;
    private final byte @Nullable [] value;
    private volatile @Nullable Version previous;

    Version(long index, byte @Nullable [] value, @Nullable Version previous) {
        this.index = index;
        this.value = value;
        this.previous = previous;
    }

    long index() {
        return index;
    }

    @Nullable
    Version previous() {
        return previous;
    }

    boolean isRemoval(long atIndex) {
        return value == null && index == atIndex;
    }

    byte @Nullable [] valueAt(long asOf) {
        for (Version version = this; version != null; version = version.previous) {
            if (version.index <= asOf) {
                return version.value;
            }
        }
        return null;
    }

    /** Forgets what was before the version that is seen at the horizon. */
    void forgetBefore(long horizon) {
        for (Version version = this; version != null; version = version.previous) {
            if (version.index <= horizon) {
                version.previous = null;
                return;
            }
        }
    }
}
