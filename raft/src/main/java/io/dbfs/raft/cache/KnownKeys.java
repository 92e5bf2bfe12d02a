package io.dbfs.raft.cache;

import io.dbfs.raft.Mutation;
import io.dbfs.raft.runtime.KeyPrefix;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Keys of a sorted state of which something is known: their values, that they are not there, and that nothing is between
 * them, by which scans are answered as well. When they become too many all are forgotten: what is in use is learned again
 * at once, for less than keeping account of every use would cost. Used by one thread.
 */
final class KnownKeys {
    /** Longer values are read rarely and would push out much. */
    private static final int VALUE_BYTES_MAX = 64 << 10;

    /** A key's objects, beside its bytes and the value's. */
    private static final int OVERHEAD_BYTES = 144;

    private final NavigableMap<byte[], Known> keys = new TreeMap<>(Arrays::compareUnsigned);
    private final long bytesMax;
    private long bytes;

    KnownKeys(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Whether a value is worth being known. */
    static boolean keeps(byte[] value) {
        return value.length <= VALUE_BYTES_MAX;
    }

    /** The value of a key, a copy; null where it is not known whether it has one. */
    @Nullable
    Lookup find(byte[] key) {
        Map.Entry<byte[], Known> floor = keys.floorEntry(key);
        if (floor == null) {
            return null;
        }
        if (Arrays.equals(floor.getKey(), key)) {
            return floor.getValue().isKnown() ? new Lookup(floor.getValue().copy()) : null;
        }
        return floor.getValue().nothingUntilNext() ? Lookup.ABSENT : null;
    }

    /** What is known at a position or right before it. */
    Map.@Nullable Entry<byte[], Known> floor(byte[] position) {
        return keys.floorEntry(position);
    }

    /** The next key of which something is known. */
    Map.@Nullable Entry<byte[], Known> higher(byte[] key) {
        return keys.higherEntry(key);
    }

    /** Notes a key's value. The arrays are handed over. */
    void learn(byte[] key, byte[] value) {
        set(entry(key), value);
    }

    /** Notes that a key, which is handed over, is not there. */
    void learnAbsent(byte[] key) {
        set(entry(key), null);
    }

    /** What is known of a key, from now on something. */
    Known entry(byte[] key) {
        Map.Entry<byte[], Known> floor = keys.floorEntry(key);
        return floor != null && Arrays.equals(floor.getKey(), key) ? floor.getValue() : add(key, floor);
    }

    /** @param before the last entry before the key */
    private Known add(byte[] key, Map.@Nullable Entry<byte[], Known> before) {
        Known added = new Known();
        added.setNothingUntilNext(before != null && before.getValue().nothingUntilNext());
        keys.put(key, added);
        bytes += key.length + OVERHEAD_BYTES;
        return added;
    }

    /** Notes that nothing is between two keys, of both of which something is known. */
    void link(byte[] key, byte[] next) {
        NavigableMap<byte[], Known> between = keys.subMap(key, false, next, false);
        between.forEach((inner, known) -> bytes -= weight(inner, known));
        between.clear();
        entry(key).setNothingUntilNext(true);
    }

    /** Follows a commit. */
    void apply(List<Mutation> mutations) {
        for (Mutation mutation : mutations) {
            if (mutation instanceof Mutation.Put put) {
                put(put.key(), put.value());
            } else if (mutation instanceof Mutation.Delete delete) {
                delete(delete.key());
            } else if (mutation instanceof Mutation.DeletePrefix delete) {
                deletePrefix(delete.prefix());
            }
        }
        if (bytes > bytesMax) {
            clear();
        }
    }

    void clear() {
        keys.clear();
        bytes = 0;
    }

    private void set(Known known, byte @Nullable [] value) {
        bytes -= known.valueBytes();
        known.set(value);
        bytes += known.valueBytes();
    }

    /** Only what was read before, or is where a scan has been, will be read again: of other keys nothing is noted. */
    private void put(byte[] key, byte[] value) {
        Map.Entry<byte[], Known> floor = keys.floorEntry(key);
        if (floor == null) {
            return;
        }
        boolean same = Arrays.equals(floor.getKey(), key);
        if (!keeps(value)) {
            forget(key);
        } else if (same) {
            set(floor.getValue(), value);
        } else if (floor.getValue().nothingUntilNext()) {
            set(add(key, floor), value);
        }
    }

    private void forget(byte[] key) {
        Known known = keys.remove(key);
        if (known != null) {
            bytes -= weight(key, known);
        }
        Map.Entry<byte[], Known> before = keys.lowerEntry(key);
        if (before != null) {
            before.getValue().setNothingUntilNext(false);
        }
    }

    private void delete(byte[] key) {
        Known known = keys.get(key);
        if (known == null) {
            return;
        }
        Map.Entry<byte[], Known> before = keys.lowerEntry(key);
        boolean nothingBefore = before != null && before.getValue().nothingUntilNext();
        if (nothingBefore == known.nothingUntilNext()) {
            // Inside a stretch it adds nothing, and alone it is a key that nobody asks for.
            keys.remove(key);
            bytes -= weight(key, known);
        } else {
            set(known, null);
        }
    }

    private void deletePrefix(byte[] prefix) {
        for (byte[] key = keys.ceilingKey(prefix);
                key != null && KeyPrefix.begins(key, prefix);
                key = keys.higherKey(key)) {
            delete(key);
        }
    }

    private static long weight(byte[] key, Known known) {
        return (long) key.length + OVERHEAD_BYTES + known.valueBytes();
    }

    /** What is known of a key's value. */
    record Lookup(Optional<byte[]> value) {
        static final Lookup ABSENT = new Lookup(Optional.empty());
    }
}
