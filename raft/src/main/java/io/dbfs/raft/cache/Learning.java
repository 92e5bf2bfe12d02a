package io.dbfs.raft.cache;

import io.dbfs.raft.StateView;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Notes what a scan of the store passes, the stretches without keys included, on its way to the visitor. */
final class Learning implements StateView.Visitor {
    /** Of a longer scan the rest is not kept: it is the work of a sweep, which does not come back. */
    private static final int KEYS_MAX = 64;

    private final KnownKeys known;
    private final StateView.Visitor visitor;
    private byte[] last;
    private int keys;
    private boolean ended;

    /** @param start a key of which something is known; the scan starts there or right after it */
    Learning(KnownKeys known, byte[] start, StateView.Visitor visitor) {
        this.known = known;
        this.last = start;
        this.visitor = visitor;
    }

    @Override
    public boolean visit(byte[] key, byte[] value) {
        if (ended) {
            return visitor.visit(key, value);
        }
        advance(key);
        if (KnownKeys.keeps(value)) {
            known.learn(key, value);
        }
        boolean more = visitor.visit(key.clone(), value.clone());
        ended = !more || ++keys == KEYS_MAX || !KnownKeys.keeps(value);
        return more;
    }

    /** Ends a scan that went on until there was no key before {@code end}, unless the visitor or a bound ended it. */
    void finish(byte @Nullable [] end) {
        if (!ended && end != null) {
            advance(end);
        }
    }

    private void advance(byte[] key) {
        if (Arrays.equals(last, key)) {
            return;
        }
        if (!known.entry(last).isKnown()) {
            // Only the start can be: the scan has passed it without finding it.
            known.learnAbsent(last);
        }
        known.entry(key);
        known.link(last, key);
        last = key;
    }
}
