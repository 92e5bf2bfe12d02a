package io.dbfs.raft.memory;

import io.dbfs.raft.Mutation;
import io.dbfs.raft.StateView;
import io.dbfs.raft.runtime.KeyPrefix;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Keys, each with the versions that an open view may still see, so that views cost nothing to take and commits need not
 * wait for them. One thread commits, any thread reads.
 */
final class MemoryState {
    private final ConcurrentNavigableMap<byte[], Version> versions =
            new ConcurrentSkipListMap<>(Arrays::compareUnsigned);
    private final OpenViews openViews = new OpenViews();
    /** Removed keys in the order of their removal: they leave the map when no view can see what they were. */
    private final Deque<Removal> removals = new ArrayDeque<>();

    private volatile long appliedIndex;

    long appliedIndex() {
        return appliedIndex;
    }

    long openView() {
        return openViews.open(() -> appliedIndex);
    }

    void closeView(long index) {
        openViews.close(index);
    }

    void commit(long index, List<Mutation> mutations) {
        if (index <= appliedIndex) {
            throw new IllegalArgumentException("index: " + index + " (expected: > " + appliedIndex + ")");
        }
        long horizon = openViews.horizon(appliedIndex);
        for (Mutation mutation : mutations) {
            if (mutation instanceof Mutation.Put put) {
                write(put.key(), index, put.value(), horizon);
            } else if (mutation instanceof Mutation.Delete delete) {
                remove(delete.key(), index, horizon);
            } else if (mutation instanceof Mutation.DeletePrefix delete) {
                removePrefix(delete.prefix(), index, horizon);
            }
        }
        appliedIndex = index;
        dropRemoved(horizon);
    }

    Optional<byte[]> get(byte[] key, long index) {
        Version newest = versions.get(key);
        return Optional.ofNullable(newest == null ? null : newest.valueAt(index))
                .map(byte[]::clone);
    }

    void scan(byte[] prefix, byte[] from, long index, StateView.Visitor visitor) {
        for (Map.Entry<byte[], Version> entry : versions.tailMap(from, true).entrySet()) {
            byte[] key = entry.getKey();
            if (!KeyPrefix.begins(key, prefix)) {
                return;
            }
            byte[] value = entry.getValue().valueAt(index);
            if (value != null && !visitor.visit(key.clone(), value.clone())) {
                return;
            }
        }
    }

    private void write(byte[] key, long index, byte @Nullable [] value, long horizon) {
        versions.compute(key, (same, newest) -> new Version(index, value, below(newest, index, horizon)));
    }

    private void remove(byte[] key, long index, long horizon) {
        if (versions.containsKey(key)) {
            write(key, index, null, horizon);
            removals.add(new Removal(key, index));
        }
    }

    private void removePrefix(byte[] prefix, long index, long horizon) {
        for (byte[] key : versions.tailMap(prefix, true).keySet()) {
            if (!KeyPrefix.begins(key, prefix)) {
                return;
            }
            remove(key, index, horizon);
        }
    }

    private void dropRemoved(long horizon) {
        for (Removal removal = removals.peek();
                removal != null && removal.index <= horizon;
                removal = removals.peek()) {
            removals.remove();
            Version newest = versions.get(removal.key);
            if (newest != null && newest.isRemoval(removal.index)) {
                versions.remove(removal.key);
            }
        }
    }

    /** What stays below a new version: what some view still sees, without anything of the same commit. */
    private static @Nullable Version below(@Nullable Version newest, long index, long horizon) {
        Version kept = newest != null && newest.index() == index ? newest.previous() : newest;
        if (kept != null) {
            kept.forgetBefore(horizon);
        }
        return kept;
    }

    /** A key that has been removed, and when. */
    private record Removal(byte[] key, long index) {}
}
