package io.dbfs.fuse.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever needs the order of requests waits for threads that have one, and for none that waits for one. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class TakenRequestsTest {
    private static final int DESCRIPTOR = 5;

    /** What happens each time that a thread is looked at. */
    private final Deque<Runnable> looks = new ArrayDeque<>();

    private final Set<String> asleep = new HashSet<>();
    private final AtomicLong clock = new AtomicLong();
    private String thread = "";
    private int looked;

    private final TakenRequests taken = new TakenRequests(
            new ThreadStates() {
                @Override
                public String current() {
                    return thread;
                }

                @Override
                public boolean sleepsInRead(String id, int descriptor) {
                    assertEquals(DESCRIPTOR, descriptor);
                    looked++;
                    if (!looks.isEmpty()) {
                        looks.remove().run();
                    }
                    return asleep.contains(id);
                }
            },
            DESCRIPTOR,
            clock::get);

    private TakenRequests.Reader reader(String id) {
        thread = id;
        return taken.enter();
    }

    @Test
    void aThreadThatSleepsHasNothing() {
        reader("1").takes();
        asleep.add("1");
        taken.awaitEarlier();
        assertEquals(1, looked);
    }

    @Test
    void aThreadThatServesIsNotLookedAt() {
        TakenRequests.Reader reader = reader("1");
        reader.takes();
        reader.registered();
        taken.awaitEarlier();
        assertEquals(0, looked);
    }

    @Test
    void aThreadOnItsWayOutIsWaitedForUntilItHasRegisteredWhatItTook() {
        TakenRequests.Reader reader = reader("1");
        reader.takes();
        looks.add(() -> {});
        looks.add(() -> {});
        looks.add(reader::registered);
        taken.awaitEarlier();
        assertEquals(3, looked);
    }

    @Test
    void whatIsInTheKernelIsTakenBeforeAThreadSleeps() {
        TakenRequests.Reader first = reader("1");
        TakenRequests.Reader second = reader("2");
        first.takes();
        looks.add(() -> {});
        looks.add(() -> {
            first.registered();
            second.takes();
        });
        looks.add(() -> asleep.add("2"));
        taken.awaitSent();
        assertTrue(looks.isEmpty(), "one that took nothing was enough");
    }

    @Test
    void oneThatNeverRegistersIsNotWaitedForForEver() {
        reader("1").takes();
        looks.add(() -> clock.set(TimeUnit.HOURS.toNanos(1)));
        taken.awaitEarlier();
        looks.add(() -> clock.set(TimeUnit.HOURS.toNanos(2)));
        taken.awaitSent();
        assertTrue(looks.isEmpty());
    }

    @Test
    void theKernelTellsWhoSleepsInARead() {
        assertTrue(ProcThreadStates.isAsleep("12 (a) S (b)) S 1 12 12 0 -1"));
        assertFalse(ProcThreadStates.isAsleep("12 (S) R 1 12 12 0 -1"));
        assertFalse(ProcThreadStates.isAsleep("12 (fuse-1) D 1 12 12 0 -1"));
        assertTrue(ProcThreadStates.isCallOn("0 0x5 0x7f0000000000 0x100000 0x0 0x0 0x0 0x7ffd 0x7f0a\n", 5));
        assertFalse(ProcThreadStates.isCallOn("202 0x7f0000000005 0x80 0x0 0x0 0x0 0x0 0x7ffd 0x7f0a\n", 5));
        assertFalse(ProcThreadStates.isCallOn("running\n", 5));
        ProcThreadStates states = new ProcThreadStates();
        assertFalse(states.sleepsInRead(states.current(), DESCRIPTOR));
    }
}
