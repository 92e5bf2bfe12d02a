package io.dbfs.daemon.vfs;

import io.dbfs.common.Attributes;
import io.dbfs.common.Caller;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.common.InodeType;
import io.dbfs.common.Name;
import io.dbfs.daemon.client.NamesClient;
import io.dbfs.fuse.DirectorySink;
import io.dbfs.fuse.HandleId;
import io.dbfs.proto.DirectoryEntry;
import io.dbfs.proto.Inode;
import io.dbfs.proto.ReadDirectoryReply;
import io.dbfs.proto.ReadDirectoryRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Directories by handle. They are listed in pages with attributes, which fill the caches: looking at every entry after
 * listing costs nothing more. Thread-safe; blocks.
 */
final class Directories {
    private static final int PAGE_ENTRIES = 1_000;
    private static final long SELF_COOKIE = 1;
    private static final long PARENT_COOKIE = 2;
    private static final byte[] SELF = ".".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PARENT = "..".getBytes(StandardCharsets.US_ASCII);

    private final NamesClient names;
    private final NameOperations entries;
    private final EntryCache entryCache;
    private final Listings listings;
    private final Stats stats;
    private final Handles<DirectoryHandle> handles = new Handles<>();

    /** An open directory, with the page that was listed last. Thread-safe: a page is immutable. */
    private static final class DirectoryHandle {
        private volatile Page page = Page.NONE;
    }

    /** The entries after {@code after}, in the order of cookies. */
    private record Page(long after, ReadDirectoryReply reply, List<Attributes> attributes) {
        static final Page NONE = new Page(-1, ReadDirectoryReply.getDefaultInstance(), List.of());

        /** Whether the entry that follows {@code cookie} is here, or there is none. */
        boolean goesOnFrom(long cookie) {
            int count = reply.getEntriesCount();
            return after >= 0
                    && cookie >= after
                    && (reply.getEnd()
                            || (count > 0
                                    && cookie < reply.getEntries(count - 1).getCookie()));
        }
    }

    Directories(NamesClient names, NameOperations entries, EntryCache entryCache, Listings listings, Stats stats) {
        this.names = names;
        this.entries = entries;
        this.entryCache = entryCache;
        this.listings = listings;
        this.stats = stats;
    }

    /** Asks nobody: what is not a directory any more shows when it is listed. */
    HandleId open() {
        return handles.add(new DirectoryHandle());
    }

    void release(HandleId handle) {
        handles.remove(handle);
    }

    void read(Caller caller, InodeId directory, HandleId id, long cookie, DirectorySink sink) {
        DirectoryHandle handle = handles.get(id);
        try {
            list(caller, directory, handle, cookie, sink);
            stats.wasRead(directory);
        } catch (FsException e) {
            // A removed directory that is still open has no entries, not even "." and "..".
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }

    private void list(Caller caller, InodeId directory, DirectoryHandle handle, long cookie, DirectorySink sink) {
        long after = cookie <= PARENT_COOKIE ? 0 : cookie;
        // From the start means anew: rewinddir(3) shows what came since.
        Page page = cookie != 0 && handle.page.goesOnFrom(after) ? handle.page : load(caller, directory, handle, after);
        if (!offerDots(directory, new InodeId(Math.max(1, page.reply().getParent())), cookie, sink)) {
            return;
        }
        while (true) {
            for (int i = 0; i < page.reply().getEntriesCount(); i++) {
                DirectoryEntry entry = page.reply().getEntries(i);
                if (entry.getCookie() > after) {
                    if (!offer(directory, entry, page.attributes().get(i), sink)) {
                        return;
                    }
                    after = entry.getCookie();
                }
            }
            if (page.reply().getEnd()) {
                return;
            }
            page = load(caller, directory, handle, after);
        }
    }

    private static boolean offerDots(InodeId directory, InodeId parent, long cookie, DirectorySink sink) {
        if (cookie < SELF_COOKIE && !sink.offer(SELF, directory, InodeType.DIRECTORY, SELF_COOKIE, Optional.empty())) {
            return false;
        }
        return cookie >= PARENT_COOKIE
                || sink.offer(PARENT, parent, InodeType.DIRECTORY, PARENT_COOKIE, Optional.empty());
    }

    private boolean offer(InodeId directory, DirectoryEntry entry, Attributes attributes, DirectorySink sink) {
        byte[] name = entry.getName().toByteArray();
        return sink.offer(
                name,
                new InodeId(entry.getInodeId()),
                AttributeViews.typeOf(entry.getType()),
                entry.getCookie(),
                Optional.of(entries.entry(directory, Name.of(name), attributes)));
    }

    private Page load(Caller caller, InodeId directory, DirectoryHandle handle, long after) {
        Page page = kept(directory, after);
        if (page == null) {
            page = ask(caller, directory, after);
        }
        handle.page = page;
        return page;
    }

    /** A page that nobody has changed since it was listed; null when it is not kept, or an entry has gone this moment. */
    private @Nullable Page kept(InodeId directory, long after) {
        ReadDirectoryReply reply = listings.get(directory, after);
        if (reply == null) {
            return null;
        }
        List<Inode> inodes = new ArrayList<>(reply.getEntriesCount());
        for (Inode inode : stats.identities(reply.getEntriesList().stream()
                .map(entry -> new InodeId(entry.getInodeId()))
                .toList())) {
            if (inode == null) {
                return null;
            }
            inodes.add(inode);
        }
        return new Page(after, reply, stats.of(inodes));
    }

    private Page ask(Caller caller, InodeId directory, long after) {
        long stamp = listings.stamp();
        ReadDirectoryReply reply = names.readDirectory(ReadDirectoryRequest.newBuilder()
                .setCaller(Callers.toProto(caller))
                .setDirectory(directory.value())
                .setAfterCookie(after)
                .setLimit(PAGE_ENTRIES)
                .setWithInodes(true)
                .build());
        List<Inode> inodes = new ArrayList<>(reply.getEntriesCount());
        for (DirectoryEntry entry : reply.getEntriesList()) {
            inodes.add(stats.heard(entry.getInode(), stamp));
            entryCache.heard(
                    stamp,
                    directory,
                    Name.of(entry.getName().toByteArray()),
                    new EntryCache.Target(new InodeId(entry.getInodeId())));
        }
        listings.heard(stamp, directory, after, reply);
        return new Page(after, reply, stats.of(inodes));
    }
}
