package io.dbfs.cluster.contents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.dbfs.cluster.contents.FileLock.Owner;
import io.dbfs.common.Errno;
import io.dbfs.proto.LockReply;
import io.dbfs.proto.LockResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random locks of three mounts on two files against a model that knows of each byte by whom it is locked. */
final class LockModelTest {
    private static final int BYTES = 24;
    private static final int STEPS = 3000;
    private static final int FILES = 2;
    private static final int HOLDERS = 3;
    private static final int OWNERS = 3;

    private final LockMachine machine = new LockMachine();
    /** (file, flock, byte, owner): whether exclusively. */
    private final Map<Place, Boolean> model = new HashMap<>();

    private final List<Wait> waits = new ArrayList<>();

    private record Place(long inode, boolean flock, int at, Owner owner) {}

    private record Wait(long inode, long ticket, FileLock wanted) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20261122})
    void everyStepLocksWhatTheModelLocks(long seed) {
        Random random = new Random(seed);
        for (int step = 0; step < STEPS; step++) {
            step(random);
            String where = "seed " + seed + ", step " + step;
            for (long inode = 1; inode <= FILES; inode++) {
                assertSame(inode, where);
            }
            assertNobodyWaitsForWhatIsFree(where);
        }
        for (int holder = 1; holder <= HOLDERS; holder++) {
            machine.drop(holder);
        }
        assertFalse(machine.anythingIsLeft(), "seed " + seed + ": nothing is left of mounts that are gone");
    }

    private void step(Random random) {
        long inode = 1L + random.nextInt(FILES);
        Owner owner = new Owner(1L + random.nextInt(HOLDERS), 1L + random.nextInt(OWNERS));
        switch (random.nextInt(12)) {
            case 0 -> {
                machine.releaseOwner(inode, owner, false);
                model.keySet()
                        .removeIf(
                                place -> place.inode() == inode && place.owner().equals(owner));
            }
            case 1 -> {
                if (random.nextInt(6) == 0) {
                    machine.drop(owner.holder());
                    model.keySet().removeIf(place -> place.owner().holder() == owner.holder());
                    waits.removeIf(wait -> wait.wanted().owner().holder() == owner.holder());
                }
            }
            case 2 -> cancel(random);
            case 3, 4, 5, 6 -> {
                FileLock range = lock(random, owner);
                machine.release(inode, range);
                free(inode, range);
            }
            default -> acquire(inode, lock(random, owner), random.nextBoolean());
        }
        grantInModel();
    }

    private static FileLock lock(Random random, Owner owner) {
        boolean flock = random.nextInt(4) == 0;
        int a = random.nextInt(BYTES);
        int b = random.nextInt(BYTES);
        return flock
                ? new FileLock(owner, true, random.nextBoolean(), 0, Long.MAX_VALUE, 7)
                : new FileLock(owner, false, random.nextBoolean(), Math.min(a, b), Math.max(a, b), 7);
    }

    private void acquire(long inode, FileLock wanted, boolean wait) {
        boolean waitsAlready =
                waits.stream().anyMatch(other -> other.wanted().owner().equals(wanted.owner()));
        if (waitsAlready) {
            // A process of one thread: one wait at a time.
            return;
        }
        if (wanted.flock()) {
            free(inode, wanted);
        }
        boolean free = isFree(inode, wanted);
        boolean deadlock = !free && wait && !wanted.flock() && waitsForItself(inode, wanted);
        LockReply reply = machine.acquire(inode, wanted, wait);
        if (deadlock) {
            assertEquals(Errno.EDEADLK.code(), reply.getRefusal().getErrno());
            return;
        }
        assertEquals(0, reply.getRefusal().getErrno(), reply.getRefusal().getMessage());
        LockResult expected = free ? LockResult.DONE : wait ? LockResult.WAITING : LockResult.BUSY;
        assertEquals(expected, reply.getResult());
        if (free) {
            take(inode, wanted);
        } else if (wait) {
            waits.add(new Wait(inode, reply.getTicket(), wanted));
        }
    }

    private void cancel(Random random) {
        if (!waits.isEmpty()) {
            Wait wait = waits.remove(random.nextInt(waits.size()));
            assertEquals(LockResult.DONE, machine.cancel(wait.wanted().owner().holder(), wait.inode(), wait.ticket()));
        }
    }

    /** In the order in which they came, as long as any can be granted. */
    private void grantInModel() {
        for (Wait wait : List.copyOf(waits)) {
            if (isFree(wait.inode(), wait.wanted())) {
                waits.remove(wait);
                take(wait.inode(), wait.wanted());
            }
        }
    }

    private static int end(FileLock lock) {
        return (int) Math.min(lock.end(), BYTES - 1);
    }

    private void free(long inode, FileLock range) {
        for (int at = (int) range.start(); at <= end(range); at++) {
            model.remove(new Place(inode, range.flock(), at, range.owner()));
        }
    }

    private void take(long inode, FileLock lock) {
        for (int at = (int) lock.start(); at <= end(lock); at++) {
            model.put(new Place(inode, lock.flock(), at, lock.owner()), lock.exclusive());
        }
    }

    private boolean isFree(long inode, FileLock wanted) {
        return blockers(inode, wanted).isEmpty();
    }

    private Set<Owner> blockers(long inode, FileLock wanted) {
        Set<Owner> blockers = new HashSet<>();
        model.forEach((place, exclusive) -> {
            if (place.inode() == inode
                    && place.flock() == wanted.flock()
                    && place.at() >= wanted.start()
                    && place.at() <= end(wanted)
                    && (exclusive || wanted.exclusive())
                    && !place.owner().equals(wanted.owner())) {
                blockers.add(place.owner());
            }
        });
        return blockers;
    }

    private boolean waitsForItself(long inode, FileLock wanted) {
        Set<Owner> reached = new HashSet<>(blockers(inode, wanted));
        boolean grown = true;
        while (grown) {
            Set<Owner> next = new HashSet<>();
            for (Wait wait : waits) {
                if (!wait.wanted().flock() && reached.contains(wait.wanted().owner())) {
                    next.addAll(blockers(wait.inode(), wait.wanted()));
                }
            }
            grown = reached.addAll(next);
        }
        return reached.contains(wanted.owner());
    }

    private void assertSame(long inode, String where) {
        Map<Place, Boolean> kept = new HashMap<>();
        for (FileLock lock : machine.table(inode).held()) {
            for (int at = (int) lock.start(); at <= end(lock); at++) {
                Boolean twice = kept.put(new Place(inode, lock.flock(), at, lock.owner()), lock.exclusive());
                assertEquals(null, twice, where + ": byte " + at + " is locked twice by one owner");
            }
        }
        Map<Place, Boolean> expected = new HashMap<>(model);
        expected.keySet().removeIf(place -> place.inode() != inode);
        assertEquals(expected, kept, where);
        List<Long> tickets = waits.stream()
                .filter(wait -> wait.inode() == inode)
                .map(Wait::ticket)
                .toList();
        assertEquals(
                tickets,
                machine.table(inode).waiting().stream()
                        .map(LockTable.Waiting::ticket)
                        .toList(),
                where);
    }

    private void assertNobodyWaitsForWhatIsFree(String where) {
        for (Wait wait : waits) {
            assertFalse(isFree(wait.inode(), wait.wanted()), where + ": " + wait);
        }
    }
}
