package io.dbfs.cluster.contents;

import io.dbfs.raft.Mutation;
import io.dbfs.raft.StateView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The state as a command in progress sees it: a view with the command's own changes over it. */
final class Changes {
    private final StateView view;
    private final TreeMap<byte[], Optional<byte[]>> changed = new TreeMap<>(Arrays::compareUnsigned);
    private final List<Mutation> prefixes = new ArrayList<>();

    Changes(StateView view) {
        this.view = view;
    }

    Optional<byte[]> get(byte[] key) {
        Optional<byte[]> own = changed.get(key);
        return own != null ? own : view.get(key);
    }

    void put(byte[] key, byte[] value) {
        changed.put(key, Optional.of(value));
    }

    void delete(byte[] key) {
        changed.put(key, Optional.empty());
    }

    /** Removes every key with a prefix, none of which this command reads or writes afterwards. */
    void deletePrefix(byte[] prefix) {
        changed.subMap(prefix, true, successor(prefix), false).clear();
        prefixes.add(new Mutation.DeletePrefix(prefix));
    }

    /** As {@link StateView#scan}. The visitor changes nothing. */
    void scan(byte[] prefix, byte[] from, StateView.Visitor visitor) {
        Merge merge = new Merge(
                changed.subMap(from, true, successor(prefix), false).entrySet().iterator(), visitor);
        view.scan(prefix, from, merge);
        merge.finish();
    }

    /** All changes, as one commit. */
    List<Mutation> mutations() {
        List<Mutation> all = new ArrayList<>(prefixes.size() + changed.size());
        all.addAll(prefixes);
        changed.forEach((key, value) ->
                all.add(value.isPresent() ? new Mutation.Put(key, value.get()) : new Mutation.Delete(key)));
        return all;
    }

    /** The first key after all with this prefix; no prefix in use ends in 0xff bytes alone. */
    private static byte[] successor(byte[] prefix) {
        for (int last = prefix.length - 1; ; last--) {
            if (prefix[last] != (byte) 0xff) {
                byte[] next = Arrays.copyOf(prefix, last + 1);
                next[last]++;
                return next;
            }
        }
    }

    /** Weaves changed keys into a scan of the view. */
    private static final class Merge implements StateView.Visitor {
        private final Iterator<Map.Entry<byte[], Optional<byte[]>>> own;
        private final StateView.Visitor visitor;
        private Map.@Nullable Entry<byte[], Optional<byte[]>> next;
        private boolean wantsMore = true;

        Merge(Iterator<Map.Entry<byte[], Optional<byte[]>>> own, StateView.Visitor visitor) {
            this.own = own;
            this.visitor = visitor;
            advance();
        }

        @Override
        public boolean visit(byte[] key, byte[] value) {
            while (wantsMore && next != null) {
                int order = Arrays.compareUnsigned(next.getKey(), key);
                if (order > 0) {
                    break;
                }
                visitOwn();
                if (order == 0) {
                    return wantsMore;
                }
            }
            wantsMore = wantsMore && visitor.visit(key, value);
            return wantsMore;
        }

        void finish() {
            while (wantsMore && next != null) {
                visitOwn();
            }
        }

        private void visitOwn() {
            Map.Entry<byte[], Optional<byte[]>> entry = Objects.requireNonNull(next);
            advance();
            if (entry.getValue().isPresent()) {
                wantsMore =
                        visitor.visit(entry.getKey().clone(), entry.getValue().get());
            }
        }

        private void advance() {
            next = own.hasNext() ? own.next() : null;
        }
    }
}
