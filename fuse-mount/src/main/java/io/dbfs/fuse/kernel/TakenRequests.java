package io.dbfs.fuse.kernel;

import io.dbfs.fuse.RequestOrder;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which threads may have a request that is not registered yet. The kernel hands requests out in the order in which they
 * were sent; a thread may be preempted on its way out of read(2) with one, while another thread has the next. Nothing but
 * the kernel tells such a thread from one that waits for a request, so it is asked, but only by whoever needs the order:
 * taking a request costs two atomic increments. Thread-safe.
 */
final class TakenRequests implements RequestOrder {
    private static final Logger LOG = LoggerFactory.getLogger(TakenRequests.class);

    /** After this long a thread is taken for one that has nothing: locks may then be refused that are just free. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final long LOOK_NANOS = 50_000;

    private final ThreadStates states;
    private final int descriptor;
    private final LongSupplier nanoTime;
    private final Set<Reader> readers = ConcurrentHashMap.newKeySet();

    TakenRequests(ThreadStates states, int descriptor, LongSupplier nanoTime) {
        this.states = states;
        this.descriptor = descriptor;
        this.nanoTime = nanoTime;
    }

    /** A thread that takes requests, told by itself of what it does. */
    final class Reader implements AutoCloseable {
        private final String thread = states.current();
        /** Odd from before a request is taken until it is registered. */
        private final AtomicLong steps = new AtomicLong();

        /** It goes to take a request. */
        void takes() {
            step(false);
        }

        /** It has registered the request, or there was none. */
        void registered() {
            step(true);
        }

        private void step(boolean expected) {
            if (isTaking(steps.getAndIncrement()) != expected) {
                throw new IllegalStateException("thread " + thread + " is out of step");
            }
        }

        private boolean sleeps(long since) {
            return states.sleepsInRead(thread, descriptor) && steps.get() == since;
        }

        @Override
        public void close() {
            readers.remove(this);
        }
    }

    /** The calling thread takes requests from now on. */
    Reader enter() {
        Reader reader = new Reader();
        readers.add(reader);
        return reader;
    }

    private static boolean isTaking(long steps) {
        return (steps & 1) != 0;
    }

    @Override
    public void awaitEarlier() {
        pass(nanoTime.getAsLong());
    }

    /**
     * Where a thread sleeps, nothing is left to be taken. Whoever took the last request before it fell asleep may have begun
     * after the first pass: hence the second.
     */
    @Override
    public void awaitSent() {
        long begin = nanoTime.getAsLong();
        while (!pass(begin)) {
            if (isOver(begin)) {
                return;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        pass(begin);
    }

    /** Waits until those that take requests now have registered what they took, or sleep; whether one was seen asleep. */
    private boolean pass(long begin) {
        Map<Reader, Long> taking = new HashMap<>();
        for (Reader reader : readers) {
            long steps = reader.steps.get();
            if (isTaking(steps)) {
                taking.put(reader, steps);
            }
        }
        boolean asleep = false;
        while (true) {
            asleep |= removeSleepers(taking);
            if (taking.isEmpty()) {
                return asleep;
            }
            if (isOver(begin)) {
                LOG.warn("{} threads have not registered what they took after {}", taking.size(), PATIENCE);
                return asleep;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private static boolean removeSleepers(Map<Reader, Long> taking) {
        taking.entrySet().removeIf(entry -> entry.getKey().steps.get() != entry.getValue());
        return taking.entrySet().removeIf(entry -> entry.getKey().sleeps(entry.getValue()));
    }

    private boolean isOver(long begin) {
        return nanoTime.getAsLong() - begin > PATIENCE.toNanos();
    }
}
