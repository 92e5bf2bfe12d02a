package io.dbfs.raft.cache;

import io.dbfs.raft.StateView;
import io.dbfs.raft.runtime.KeyPrefix;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The newest state, out of memory where it is known and from the store where not. */
final class CachedView implements StateView {
    /**
     * A kind and a number: the names of one directory, the extents of one file, numbers that differ in the last byte. To look
     * farther would wade through whatever was removed there.
     */
    private static final int NEIGHBOUR_PREFIX_BYTES_MAX = 9;

    private final CachedKvStore owner;
    private final StateView live;
    private final KnownKeys known;

    CachedView(CachedKvStore owner, StateView live, KnownKeys known) {
        this.owner = owner;
        this.live = live;
        this.known = known;
    }

    @Override
    public long index() {
        return live.index();
    }

    @Override
    public Optional<byte[]> get(byte[] key) {
        owner.requireOpen();
        KnownKeys.Lookup lookup = known.find(key);
        if (lookup != null) {
            return lookup.value();
        }
        Optional<byte[]> value = live.get(key);
        if (value.isEmpty()) {
            learnGap(key.clone());
        } else if (KnownKeys.keeps(value.get())) {
            known.learn(key.clone(), value.get().clone());
        }
        return value;
    }

    @Override
    public void scan(byte[] prefix, byte[] from, Visitor visitor) {
        owner.requireOpen();
        Map.@Nullable Entry<byte[], Known> next = firstAt(from);
        while (next != null && next.getValue().isKnown()) {
            byte[] key = next.getKey();
            Known at = next.getValue();
            if (!KeyPrefix.begins(key, prefix)) {
                return;
            }
            byte[] value = at.value();
            if (value != null && !visitor.visit(key.clone(), value.clone())) {
                return;
            }
            if (!at.nothingUntilNext()) {
                load(prefix, key, Arrays.copyOf(key, key.length + 1), visitor);
                return;
            }
            next = known.higher(key);
        }
        byte[] unknown = next == null ? from.clone() : next.getKey();
        if (KeyPrefix.begins(unknown, prefix)) {
            known.entry(unknown);
            load(prefix, unknown, unknown, visitor);
        }
    }

    @Override
    public void close() {
        live.close();
    }

    /** The first key at or after a position of which something is known; null where an unknown one may be before it. */
    private Map.@Nullable Entry<byte[], Known> firstAt(byte[] position) {
        Map.@Nullable Entry<byte[], Known> floor = known.floor(position);
        if (floor == null || Arrays.equals(floor.getKey(), position)) {
            return floor;
        }
        return floor.getValue().nothingUntilNext() ? known.higher(floor.getKey()) : null;
    }

    /**
     * Learns that a key is not there, and up to which key there is none. Who asks for what is not there is about to make it, and
     * asks next for the one behind it: records are numbered, and so are many files' names.
     */
    private void learnGap(byte[] absent) {
        known.learnAbsent(absent);
        byte[] neighbours = Arrays.copyOf(absent, Math.min(Math.max(0, absent.length - 1), NEIGHBOUR_PREFIX_BYTES_MAX));
        load(neighbours, absent, Arrays.copyOf(absent, absent.length + 1), (key, value) -> false);
    }

    private void load(byte[] prefix, byte[] knownUpTo, byte[] from, Visitor visitor) {
        Learning learning = new Learning(known, knownUpTo, visitor);
        live.scan(prefix, from, learning);
        learning.finish(KeyPrefix.end(prefix));
    }
}
