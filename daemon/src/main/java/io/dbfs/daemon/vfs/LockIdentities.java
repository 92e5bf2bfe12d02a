package io.dbfs.daemon.vfs;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dbfs.common.InodeId;
import io.dbfs.daemon.vfs.OwnerLocks.LockedFile;
import io.dbfs.fuse.FileSystem.LockOwner;
import io.dbfs.fuse.HandleId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * By which numbers the cluster knows those who lock files on this mount. The kernel numbers owners by addresses, which it
 * uses again as soon as a file or a process is gone, and before this mount has been told so. An owner gets a number of its
 * own here, which nobody has after it, so that what is late for one owner never hits the next.
 *
 * <p>A flock belongs to its open file description: its identity is the handle. An fcntl lock belongs to a process's table of
 * files (POSIX) or to the open file description (OFD), which the kernel's requests do not tell apart: its identity is the
 * kernel's number, until that owner closes the file (FLUSH) or the last handle is gone by which it asked. Thread-safe.
 */
final class LockIdentities {
    @GuardedBy("this")
    private long lastNumber;

    @GuardedBy("this")
    private final Map<Key, List<Identity>> byKey = new HashMap<>();

    @GuardedBy("this")
    private final Map<HandleId, Set<Identity>> byHandle = new HashMap<>();

    /** Those of fcntl locks, by the kernel's number. */
    @GuardedBy("this")
    private final Map<Long, Set<Identity>> processes = new HashMap<>();

    /** Those that ended with a handle that is being released. */
    @GuardedBy("this")
    private final Map<HandleId, List<Identity>> endedWith = new HashMap<>();

    private record Key(InodeId inode, boolean flock, long id) {}

    /** One owner in one file. Its fields are guarded by the identities. */
    static final class Identity {
        private final Key key;
        private final LockOwners.Owner owner;
        private final LockedFile file;
        private final Set<HandleId> handles = new HashSet<>();
        private int underWay;
        private boolean retired;
        private boolean ended;
        /** Completes when the cluster has let go of what the owner had; null before it ended. */
        private volatile @Nullable CompletableFuture<Void> gone;

        private Identity(Key key, LockOwners.Owner owner, LockedFile file) {
            this.key = key;
            this.owner = owner;
            this.file = file;
        }

        LockOwners.Owner owner() {
            return owner;
        }

        LockedFile file() {
            return file;
        }

        /** The owner ended; completed by who lets go of what it had. */
        void ending(CompletableFuture<Void> ending) {
            gone = ending;
        }

        void gone() {
            CompletableFuture<Void> ending = gone;
            if (ending != null) {
                ending.complete(null);
            }
        }
    }

    private static Key key(LockOwner owner, boolean flock) {
        return new Key(owner.inode(), flock, flock ? owner.handle().value() : owner.id());
    }

    /** An owner asks for a lock; {@link #end} follows. */
    synchronized Identity begin(LockOwner owner, boolean flock, LockedFile file) {
        Key key = key(owner, flock);
        Identity known = current(key, owner.handle());
        Identity identity = known == null ? add(key, file) : known;
        identity.underWay++;
        if (identity.handles.add(owner.handle())) {
            byHandle.computeIfAbsent(owner.handle(), first -> new HashSet<>()).add(identity);
        }
        return identity;
    }

    @GuardedBy("this")
    private Identity add(Key key, LockedFile file) {
        Identity fresh = new Identity(key, new LockOwners.Owner(key.inode(), number(key)), file);
        byKey.computeIfAbsent(key, first -> new ArrayList<>()).add(fresh);
        if (!key.flock()) {
            processes.computeIfAbsent(key.id(), first -> new HashSet<>()).add(fresh);
        }
        return fresh;
    }

    /** A retired owner goes on where it asks by a handle that it had before. */
    @GuardedBy("this")
    private @Nullable Identity current(Key key, HandleId handle) {
        for (Identity identity : byKey.getOrDefault(key, List.of())) {
            if (!identity.retired || identity.handles.contains(handle)) {
                return identity;
            }
        }
        return null;
    }

    /** A process has one number in all files, by which the cluster finds out who waits for whom in a circle. */
    @GuardedBy("this")
    private long number(Key key) {
        if (!key.flock()) {
            for (Identity other : processes.getOrDefault(key.id(), Set.of())) {
                if (!other.retired) {
                    return other.owner.id();
                }
            }
        }
        return ++lastNumber;
    }

    /** What the owner asked for is decided; whether nobody is left to let go of what it may have got. */
    synchronized boolean end(Identity identity) {
        identity.underWay--;
        return identity.ended && identity.underWay == 0;
    }

    /** The process dies: its number may soon be another's. */
    synchronized void retire(Identity identity) {
        identity.retired = true;
    }

    /** Who asks by this owner's number now, if it has asked for anything. */
    synchronized Optional<Identity> find(LockOwner owner, boolean flock) {
        return Optional.ofNullable(current(key(owner, flock), owner.handle()));
    }

    /** The owner closes a descriptor (FLUSH): its locks in the file are to go, by whatever handle it got them. */
    synchronized List<Identity> closing(LockOwner owner) {
        List<Identity> closed = List.copyOf(byKey.getOrDefault(key(owner, false), List.of()));
        for (Identity identity : closed) {
            // What is under way was asked for by another descriptor, and may be granted after this one is closed.
            if (identity.underWay == 0) {
                forget(identity);
            }
        }
        return closed;
    }

    /** The handle is being released: those end that asked by no other. An {@link #end} of each follows. */
    synchronized List<Identity> closing(HandleId handle) {
        List<Identity> ended = new ArrayList<>();
        Set<Identity> users = byHandle.get(handle);
        if (users == null) {
            return ended;
        }
        for (Identity identity : List.copyOf(users)) {
            removeHandle(identity, handle);
            if (identity.handles.isEmpty()) {
                forget(identity);
                identity.underWay++;
                ended.add(identity);
            }
        }
        if (!ended.isEmpty()) {
            endedWith.computeIfAbsent(handle, first -> new ArrayList<>()).addAll(ended);
        }
        return ended;
    }

    /** Those that ended with the handle; each once. */
    synchronized List<Identity> ended(HandleId handle) {
        List<Identity> ended = endedWith.remove(handle);
        return ended == null ? List.of() : ended;
    }

    @GuardedBy("this")
    private void removeHandle(Identity identity, HandleId handle) {
        identity.handles.remove(handle);
        Set<Identity> users = byHandle.get(handle);
        if (users != null && users.remove(identity) && users.isEmpty()) {
            byHandle.remove(handle);
        }
    }

    @GuardedBy("this")
    private void forget(Identity identity) {
        identity.ended = true;
        for (HandleId handle : List.copyOf(identity.handles)) {
            removeHandle(identity, handle);
        }
        List<Identity> same = byKey.get(identity.key);
        if (same != null && same.remove(identity) && same.isEmpty()) {
            byKey.remove(identity.key);
        }
        Set<Identity> process = processes.get(identity.key.id());
        if (!identity.key.flock() && process != null && process.remove(identity) && process.isEmpty()) {
            processes.remove(identity.key.id());
        }
    }

    /** Whether nobody asks for anything here. */
    synchronized boolean isEmpty() {
        return byKey.isEmpty() && byHandle.isEmpty() && endedWith.isEmpty() && processes.isEmpty();
    }
}
