package io.dbfs.daemon.vfs;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.daemon.client.NamesClient;
import io.dbfs.proto.DirectoryEntry;
import io.dbfs.proto.ReadDirectoryReply;
import io.dbfs.proto.ReadDirectoryRequest;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Directories of which this mount knows all names, so that it need not ask whether there is one more: the kernel looks up
 * the name of each file that is to be made, and compilers look for a header in one directory after the other.
 *
 * <p>A directory is listed in pages once enough names were looked for in it in vain. Of the names their hashes are kept,
 * and none is ever taken away: a name that only seems to be there is asked for, and never the other way round. What this
 * mount makes is added before it asks for it; where another mount makes a name, the supernode waits until this one has
 * heard that it does not know all names any more. Bounded; thread-safe; blocks while it asks.
 */
final class CompleteDirectories {
    /** About 50 bytes each. */
    static final int NAMES_MAX = 1 << 17;
    /** Of a larger directory the names are not kept. */
    static final int NAMES_OF_DIRECTORY_MAX = NAMES_MAX / 2;

    private static final int DIRECTORIES_MAX = 4_096;
    private static final int PAGE_ENTRIES = 1_000;
    /** So many names looked for in vain cost the supernode about as much as a page. */
    private static final int PRICE = 16;
    /** Where others make names too, what is known is worth less. */
    private static final int PRICE_MAX = 1 << 14;

    private final NamesClient names;
    private final Validity validity;

    /** The one used longest ago first. */
    @GuardedBy("this")
    private final Map<InodeId, Known> directories = new LinkedHashMap<>(16, 0.75f, true);

    @GuardedBy("this")
    private int kept;

    /** What is known of a directory. Guarded by the outer object. */
    private static final class Known {
        /** Hashes of names; nothing but those that are certain to be missing is missing here once {@code complete}. */
        final Set<Integer> names = new HashSet<>();

        int misses;
        int answers;
        int price = PRICE;
        /** Whether listing has begun, at {@code stamp}. */
        boolean begun;

        boolean complete;
        boolean asking;
        /** Never to be listed. */
        boolean barred;

        long stamp;
        long after;
    }

    /** A page to be asked for. */
    private record Page(Known known, long after, long watcher) {}

    CompleteDirectories(NamesClient names, Validity validity) {
        this.names = names;
        this.validity = validity;
    }

    /** Whether there is certainly no such name. May list a part of the directory. */
    boolean lacks(InodeId directory, Name name) {
        Page due = due(directory);
        if (due != null) {
            list(directory, due);
        }
        return isKnownToLack(directory, name);
    }

    private synchronized boolean isKnownToLack(InodeId directory, Name name) {
        Known known = directories.get(directory);
        if (known == null
                || !known.complete
                || !isCurrent(directory, known)
                || !validity.names().isAlive()) {
            return false;
        }
        boolean lacks = !known.names.contains(name.hashCode());
        if (lacks) {
            known.answers++;
        }
        return lacks;
    }

    /** The name was looked for and is not there. */
    synchronized void missed(InodeId directory) {
        known(directory).misses++;
    }

    /** This mount has just made the directory: much is likely to be made in it. */
    synchronized void isNew(InodeId directory) {
        known(directory).misses = PRICE;
    }

    /** This mount is about to make the name, or has just made it. To be told both: listing may begin in between. */
    synchronized void added(InodeId directory, Name name) {
        Known known = directories.get(directory);
        if (known != null && known.begun) {
            add(known, name);
            bound(directory, known);
        }
    }

    /** A name may come to be at any time, by an operation of which this mount does not know whether it is done. */
    synchronized void bar(InodeId directory) {
        Known known = known(directory);
        restart(known);
        known.barred = true;
    }

    private synchronized @Nullable Page due(InodeId directory) {
        Known known = directories.get(directory);
        if (known == null || known.barred || known.asking) {
            return null;
        }
        if (known.begun && !isCurrent(directory, known)) {
            known.price = known.answers >= known.price ? PRICE : Math.min(2 * known.price, PRICE_MAX);
            restart(known);
        }
        long watcher = validity.names().watcher();
        if (known.complete || known.misses < known.price || !validity.keepsEntries() || watcher == 0) {
            return null;
        }
        if (!known.begun) {
            known.begun = true;
            known.stamp = validity.names().stamp();
        }
        known.misses = 0;
        known.asking = true;
        return new Page(known, known.after, watcher);
    }

    private void list(InodeId directory, Page page) {
        ReadDirectoryReply reply = null;
        try {
            reply = names.readDirectory(ReadDirectoryRequest.newBuilder()
                    .setDirectory(directory.value())
                    .setAfterCookie(page.after())
                    .setLimit(PAGE_ENTRIES)
                    .setWatchedBy(page.watcher())
                    .build());
        } finally {
            heard(directory, page.known(), reply);
        }
    }

    private synchronized void heard(InodeId directory, Known known, @Nullable ReadDirectoryReply reply) {
        known.asking = false;
        if (reply == null || !known.begun) {
            return;
        }
        for (DirectoryEntry entry : reply.getEntriesList()) {
            add(known, Name.of(entry.getName().toByteArray()));
            known.after = entry.getCookie();
        }
        known.complete = reply.getEnd();
        bound(directory, known);
    }

    private boolean isCurrent(InodeId directory, Known known) {
        return validity.holdsNames(directory, known.stamp);
    }

    @GuardedBy("this")
    private Known known(InodeId directory) {
        Known known = directories.computeIfAbsent(directory, ignored -> new Known());
        if (directories.size() > DIRECTORIES_MAX) {
            forgetOldest();
        }
        return known;
    }

    @GuardedBy("this")
    private void add(Known known, Name name) {
        if (known.names.add(name.hashCode())) {
            kept++;
        }
    }

    @GuardedBy("this")
    private void bound(InodeId directory, Known known) {
        if (known.names.size() > NAMES_OF_DIRECTORY_MAX) {
            bar(directory);
        }
        while (kept > NAMES_MAX) {
            forgetOldest();
        }
    }

    @GuardedBy("this")
    private void forgetOldest() {
        Iterator<Known> oldest = directories.values().iterator();
        restart(oldest.next());
        oldest.remove();
    }

    /** Nothing is known any more. */
    @GuardedBy("this")
    private void restart(Known known) {
        kept -= known.names.size();
        known.names.clear();
        known.begun = false;
        known.complete = false;
        known.answers = 0;
        known.after = 0;
    }
}
