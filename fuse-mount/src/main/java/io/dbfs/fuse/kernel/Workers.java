package io.dbfs.fuse.kernel;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that read requests and serve them. When all are busy, another is started, so that requests that wait for a
 * slow server do not hold up the others; those that are not needed end.
 */
final class Workers {
    private static final Logger log = LoggerFactory.getLogger(Workers.class);

    /** How long a thread that is not needed stays. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Device device;
    private final TakenRequests taken;
    private final Dispatcher dispatcher;
    private final int maxThreads;
    private final Turns turns = new Turns();
    private final AtomicInteger threads = new AtomicInteger();
    private final AtomicInteger started = new AtomicInteger();
    private final CountDownLatch ended = new CountDownLatch(1);

    Workers(Device device, TakenRequests taken, Dispatcher dispatcher, int maxThreads) {
        this.device = device;
        this.taken = taken;
        this.dispatcher = dispatcher;
        this.maxThreads = maxThreads;
    }

    /** Starts one more thread, unless there are as many as there may be. */
    void start() {
        int before = threads.get();
        if (before >= maxThreads || !threads.compareAndSet(before, before + 1)) {
            return;
        }
        try {
            Thread thread = new Thread(this::serve, "fuse-" + started.incrementAndGet());
            thread.setDaemon(true);
            thread.start();
        } catch (OutOfMemoryError noThread) {
            // The request that asked for company is served all the same.
            threads.decrementAndGet();
            log.warn("serve: no more than {} threads can be had", before, noThread);
        }
    }

    boolean awaitEnd(Duration timeout) throws InterruptedException {
        return ended.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void serve() {
        try (RequestMemory memory = new RequestMemory();
                TakenRequests.Reader reader = taken.enter()) {
            Request request = new Request(memory.request());
            Reply reply = new Reply(memory, device);
            while (turns.take(PATIENCE)) {
                reader.takes();
                int length = device.receive(memory.requestAddress(), memory.requestCapacity());
                if (length == Device.UNMOUNTED) {
                    reader.registered();
                    turns.end();
                } else {
                    dispatcher.register(request, length);
                    reader.registered();
                    if (!turns.leave()) {
                        start();
                    }
                    dispatcher.dispatch(request, length, reply);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error fault) {
            log.error("serve: a thread of the mount ended by a fault", fault);
        } finally {
            if (threads.decrementAndGet() == 0) {
                ended.countDown();
            }
        }
    }
}
