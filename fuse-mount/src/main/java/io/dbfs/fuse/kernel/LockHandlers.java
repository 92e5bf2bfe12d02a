package io.dbfs.fuse.kernel;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.fuse.FileSystem;
import io.dbfs.fuse.FileSystem.Lock;
import io.dbfs.fuse.FileSystem.LockOwner;
import io.dbfs.fuse.FileSystem.PendingLock;
import io.dbfs.fuse.HandleId;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Locks ({@code struct fuse_lk_in}). One that is waited for is answered later, by whoever brings it. */
final class LockHandlers {
    private static final Logger log = LoggerFactory.getLogger(LockHandlers.class);

    /** fcntl.h. */
    private static final int READ_LOCK = 0;

    private static final int WRITE_LOCK = 1;
    private static final int UNLOCK = 2;

    /** FUSE_LK_FLOCK. */
    private static final int OF_FLOCK = 1;

    private final FileSystem fileSystem;

    LockHandlers(FileSystem fileSystem) {
        this.fileSystem = fileSystem;
    }

    void register(Dispatcher dispatcher) {
        dispatcher
                .on(Opcode.GETLK, this::getLock)
                .on(Opcode.SETLK, (request, reply) -> setLock(request, reply, false))
                .on(Opcode.SETLKW, (request, reply) -> setLock(request, reply, true));
    }

    /** A request's fields. */
    private record Wish(LockOwner owner, int type, Lock lock) {
        static Wish read(Request in) {
            HandleId handle = in.handle();
            long owner = in.u64();
            long start = in.u64();
            long end = in.u64();
            int type = in.u32();
            int pid = in.u32();
            boolean flock = (in.u32() & OF_FLOCK) != 0;
            if (type < READ_LOCK || type > UNLOCK || start < 0 || end < start) {
                throw new FsException(Errno.EINVAL, "lock of type " + type + ", bytes " + start + " to " + end);
            }
            Lock lock = new Lock(flock, type == WRITE_LOCK, start, end, pid);
            return new Wish(new LockOwner(in.inode(), handle, owner), type, lock);
        }
    }

    private void getLock(Request in, Reply reply) {
        Wish wish = Wish.read(in);
        Optional<Lock> conflict = fileSystem.testLock(wish.owner(), wish.lock());
        Lock told = conflict.orElse(wish.lock());
        int held = told.exclusive() ? WRITE_LOCK : READ_LOCK;
        reply.u64(told.start())
                .u64(told.end())
                .u32(conflict.isPresent() ? held : UNLOCK)
                .u32(conflict.isPresent() ? told.pid() : 0)
                .send();
    }

    private void setLock(Request in, Reply reply, boolean waits) {
        Wish wish = Wish.read(in);
        if (wish.type() == UNLOCK) {
            fileSystem.unlock(wish.owner(), wish.lock());
            reply.send();
            return;
        }
        PendingLock pending = fileSystem.lock(wish.owner(), wish.lock(), waits);
        if (!reply.pending().onAbandon(pending::abandon)) {
            pending.abandon();
        }
        CompletableFuture<Void> held = pending.ask();
        if (held.isDone() && !held.isCompletedExceptionally()) {
            if (!reply.send()) {
                pending.abandon();
            }
            return;
        }
        PendingRequest later = reply.later();
        var unused = held.whenComplete((done, failure) -> answer(wish, pending, later, failure));
        later.onInterrupt(pending::interrupt);
    }

    private void answer(Wish wish, PendingLock pending, PendingRequest later, @Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause == null) {
            if (!later.answer(Optional.empty())) {
                pending.abandon();
            }
        } else if (cause instanceof FsException expected) {
            later.answer(Optional.of(expected.errno()));
        } else {
            log.error(
                    "SETLKW of inode {}: fault of the program, answered with EIO",
                    wish.owner().inode(),
                    cause);
            later.answer(Optional.of(Errno.EIO));
        }
    }
}
