package io.dbfs.daemon.vfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.daemon.vfs.MemoryLocks.Place;
import io.dbfs.daemon.vfs.OwnerLocks.LockedFile;
import io.dbfs.fuse.FileSystem.Lock;
import io.dbfs.fuse.FileSystem.LockOwner;
import io.dbfs.fuse.FileSystem.PendingLock;
import io.dbfs.fuse.HandleId;
import io.dbfs.fuse.RequestOrder;
import io.dbfs.proto.FileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Programs of a model open, lock, wait, are interrupted, close and are killed, while everything that the mount does by other
 * threads happens in an order that a seed decides; the numbers of owners are used again as early as the kernel may do so.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class OwnerLocksModelTest {
    private static final int SEEDS = 300;
    private static final int STEPS = 200;
    private static final int PROGRAMS = 3;
    private static final int FILES = 2;
    private static final long AWAIT_NANOS = TimeUnit.SECONDS.toNanos(60);

    private enum Kind {
        FLOCK,
        OFD,
        POSIX
    }

    /** An open file description with its one descriptor. */
    private record Fd(InodeId inode, HandleId handle, long number) {}

    /** A lock that a program has: by a descriptor, or as a process. */
    private record Held(Kind kind, Fd fd, long clusterNumber) {
        Place place() {
            return place(kind, fd.inode());
        }

        static Place place(Kind kind, InodeId inode) {
            return new Place(inode.value(), kind == Kind.FLOCK);
        }
    }

    private static final class Program {
        private final long number;
        private final List<Fd> open = new ArrayList<>();
        private final Map<Place, Held> held = new HashMap<>();
        private @Nullable Call call;

        Program(long number) {
            this.number = number;
        }
    }

    /** A program's request for a lock. */
    private static final class Call {
        private final Kind kind;
        private final Fd fd;
        private final PendingLock pending;
        private @Nullable CompletableFuture<Void> outcome;

        Call(Kind kind, Fd fd, PendingLock pending) {
            this.kind = kind;
            this.fd = fd;
            this.pending = pending;
        }
    }

    private final MemoryLocks cluster = new MemoryLocks();
    private final List<Runnable> tasks = new CopyOnWriteArrayList<>();
    private final List<Thread> keepers = new CopyOnWriteArrayList<>();
    private final OwnerLocks locks = new OwnerLocks(tasks::add);
    private final ClusterLocks clusterLocks =
            new ClusterLocks(cluster, inode -> {}, 7, () -> 0L, tasks::add, this::keeper);
    private final List<Program> programs = new ArrayList<>();
    private final TreeSet<Long> freeNumbers = new TreeSet<>();
    private Random random = new Random(0);
    private long lastHandle;

    private final LockedFile file = new LockedFile() {
        @Override
        public ClusterLocks locks() {
            return clusterLocks;
        }

        @Override
        public void commit() {
            // Nothing is written here.
        }

        @Override
        public long stamp() {
            return 0;
        }

        @Override
        public void granted(FileAttributes contents, long stamp) {
            // Nothing is cached here.
        }
    };

    private Thread keeper(Runnable work) {
        Thread thread = new Thread(work, "keeper");
        thread.setDaemon(true);
        keepers.add(thread);
        return thread;
    }

    @Test
    void noLockOutlivesItsOwnerAndNoneGoesWithAnother() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            OwnerLocksModelTest run = new OwnerLocksModelTest();
            try {
                run.play(seed);
            } catch (FsException | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            } finally {
                run.clusterLocks.close();
            }
        }
    }

    private void play(long seed) {
        random = new Random(seed);
        for (long number = 1; number <= 2L * PROGRAMS; number++) {
            freeNumbers.add(number);
        }
        locks.attach(new RequestOrder() {
            @Override
            public void awaitEarlier() {
                finish();
            }

            @Override
            public void awaitSent() {
                throw new UnsupportedOperationException("there is no other mount");
            }
        });
        for (int step = 0; step < STEPS; step++) {
            while (programs.size() < PROGRAMS) {
                programs.add(new Program(takeNumber()));
            }
            step(programs.get(random.nextInt(PROGRAMS)));
            look();
        }
        while (!programs.isEmpty()) {
            kill(programs.get(0));
        }
        finish();
        assertTrue(cluster.isEmpty(), "locks are left that nobody holds");
        assertTrue(locks.isEmpty(), "owners are left");
        assertTrue(clusterLocks.isIdle(), "the mount takes something for locked");
    }

    /** The lowest number that is free, which is the one that was used last. */
    private long takeNumber() {
        Long number = freeNumbers.pollFirst();
        return number == null ? 100 + ++lastHandle : number;
    }

    private void step(Program program) {
        switch (random.nextInt(10)) {
            case 0 -> runTask();
            case 1 -> news();
            case 2 -> kill(program);
            case 3 -> interrupt(program);
            case 4, 5 -> {
                if (program.call == null && !program.open.isEmpty()) {
                    close(program, program.open.get(random.nextInt(program.open.size())));
                }
            }
            case 6 -> unlock(program);
            default -> lock(program);
        }
    }

    private void lock(Program program) {
        Call call = program.call;
        if (call != null) {
            if (call.outcome == null) {
                ask(call, true);
            }
            return;
        }
        Fd fd = program.open.size() < 2 ? open(program) : program.open.get(random.nextInt(program.open.size()));
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        if (program.held.containsKey(Held.place(kind, fd.inode()))) {
            return;
        }
        boolean waits = random.nextBoolean();
        PendingLock pending = locks.lock(file, owner(program, kind, fd), lock(kind), waits);
        program.call = new Call(kind, fd, pending);
        if (!waits || random.nextBoolean()) {
            ask(program.call, true);
        }
    }

    private Fd open(Program program) {
        Fd fd = new Fd(new InodeId(1 + random.nextInt(FILES)), new HandleId(++lastHandle), takeNumber());
        program.open.add(fd);
        return fd;
    }

    private static LockOwner owner(Program program, Kind kind, Fd fd) {
        return new LockOwner(fd.inode(), fd.handle(), kind == Kind.POSIX ? program.number : fd.number());
    }

    private static Lock lock(Kind kind) {
        return new Lock(kind == Kind.FLOCK, true, 0, Long.MAX_VALUE, 1);
    }

    private void ask(Call call, boolean lives) {
        try {
            call.outcome = call.pending.ask();
        } catch (FsException refused) {
            call.outcome = CompletableFuture.failedFuture(refused);
            if (lives && refused.errno() == Errno.EAGAIN) {
                assertHeldByTheLiving(Held.place(call.kind, call.fd.inode()));
            }
        }
    }

    /** What stood in the way is held, or was granted to a program that is about to get to know. */
    private void assertHeldByTheLiving(Place place) {
        long holder = cluster.holder(place);
        boolean held = programs.stream().anyMatch(other -> other.held.containsKey(place));
        boolean granted = programs.stream()
                .anyMatch(other -> other.call != null
                        && other.call.outcome != null
                        && Held.place(other.call.kind, other.call.fd.inode()).equals(place));
        assertTrue(held || granted, "refused " + place + " for " + holder + ", and nobody has it");
    }

    private void unlock(Program program) {
        if (program.call == null && !program.held.isEmpty()) {
            Held lock = program.held.values().iterator().next();
            program.held.remove(lock.place());
            locks.unlock(owner(program, lock.kind(), lock.fd()), lock(lock.kind()));
        }
    }

    private void interrupt(Program program) {
        if (program.call != null) {
            program.call.pending.interrupt();
        }
    }

    private void close(Program program, Fd fd) {
        program.open.remove(fd);
        program.held
                .values()
                .removeIf(lock -> lock.kind() == Kind.POSIX
                        ? lock.fd().inode().equals(fd.inode())
                        : lock.fd().equals(fd));
        locks.closeOwner(owner(program, Kind.POSIX, fd));
        locks.closing(fd.handle());
        tasks.add(() -> locks.closeHandle(fd.handle()));
        freeNumbers.add(fd.number());
    }

    /** SIGKILL: the request is answered, the process ends, and its numbers are free. */
    private void kill(Program program) {
        programs.remove(program);
        program.held.clear();
        Call call = program.call;
        if (call != null) {
            call.pending.abandon();
            if (call.outcome == null) {
                tasks.add(() -> ask(call, false));
            }
        }
        for (Fd fd : List.copyOf(program.open)) {
            close(program, fd);
        }
        freeNumbers.add(program.number);
    }

    private void runTask() {
        if (!tasks.isEmpty()) {
            tasks.remove(random.nextInt(tasks.size())).run();
        }
    }

    /** The keeper's question is answered, and what follows from that is among the tasks. */
    private void news() {
        if (isAsked()) {
            cluster.answer();
            isAsked();
        }
    }

    /** Whether the keeper asks; false where it has ended. */
    private boolean isAsked() {
        long begin = System.nanoTime();
        while (!cluster.isAsked()) {
            if (keepers.stream().noneMatch(Thread::isAlive)) {
                return false;
            }
            assertTrue(System.nanoTime() - begin < AWAIT_NANOS, "the keeper neither asks nor ends");
            Thread.onSpinWait();
        }
        return true;
    }

    /** Everything that other threads have begun is over. */
    private void finish() {
        for (int round = 0; round < 3; round++) {
            while (!tasks.isEmpty()) {
                runTask();
            }
            news();
        }
        while (!tasks.isEmpty()) {
            runTask();
        }
    }

    /** The programs see what came of their calls; each has what it believes to have. */
    private void look() {
        for (Program program : programs) {
            Call call = program.call;
            if (call != null && call.outcome != null && call.outcome.isDone()) {
                program.call = null;
                see(program, call, call.outcome);
            }
        }
        Map<Place, Program> holders = new HashMap<>();
        for (Program program : programs) {
            program.held.forEach((place, lock) -> {
                assertEquals(null, holders.put(place, program), place + " is held twice");
                assertEquals(lock.clusterNumber(), cluster.holder(place), place + " was taken from its holder");
            });
        }
    }

    private void see(Program program, Call call, CompletableFuture<Void> outcome) {
        try {
            outcome.join();
        } catch (CompletionException failed) {
            return;
        }
        Place place = Held.place(call.kind, call.fd.inode());
        program.held.put(place, new Held(call.kind, call.fd, cluster.holder(place)));
    }
}
