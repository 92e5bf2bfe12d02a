package io.dbfs.fuse.kernel;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.kenai.jffi.MemoryIO;
import io.dbfs.common.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The requests that are being served, so that a program that waits for one can be interrupted. Thread-safe.
 *
 * <p>Any signal ends a wait for a lock. Everything else goes on unless the program dies, as it does on a local disk:
 * programs do not expect EINTR of a file. The kernel tells of the first signal only, so a request that was interrupted is
 * looked after until it is answered. The thread that serves a dead program's request finishes it all the same, and finds
 * that nobody waits.
 */
final class Requests {
    private static final long LOOK_MILLIS = 100;

    private final ConcurrentMap<Long, PendingRequest> pending = new ConcurrentHashMap<>();
    private final Outlet outlet;
    private final Signals signals;
    private final ScheduledExecutorService timer;

    @GuardedBy("this")
    private final ByteBuffer header =
            ByteBuffer.allocateDirect(RequestMemory.REPLY_HEADER_BYTES).order(ByteOrder.nativeOrder());

    @GuardedBy("this")
    private boolean closed;

    private final long headerAddress = MemoryIO.getInstance().getDirectBufferAddress(header);

    /** {@code timer} is ended by {@link #close}. */
    Requests(Outlet outlet, Signals signals, ScheduledExecutorService timer) {
        this.outlet = outlet;
        this.signals = signals;
        this.timer = timer;
    }

    void register(Dispatcher dispatcher) {
        dispatcher.on(Opcode.INTERRUPT, this::interrupt);
    }

    /** A request is read and will be answered. */
    PendingRequest begin(long unique, int pid) {
        PendingRequest request = new PendingRequest(unique, pid, this);
        pending.put(unique, request);
        return request;
    }

    void end(PendingRequest request) {
        pending.remove(request.unique());
    }

    /** Another thread may have read the request and not begun it yet: the kernel is to send such an interrupt again. */
    private void interrupt(Request in, Reply reply) {
        PendingRequest request = pending.get(in.u64());
        if (request == null) {
            reply.error(Errno.EAGAIN);
            return;
        }
        request.interrupt();
        look(request);
    }

    /** Ends the wait of a program that dies; looks again soon at one that lives. */
    private void look(PendingRequest request) {
        if (request.isAnswered()) {
            return;
        }
        if (signals.isDying(request.pid())) {
            request.abandon();
            return;
        }
        try {
            ScheduledFuture<?> unused = timer.schedule(() -> look(request), LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException ended) {
            // The mount is gone, and every wait with it.
        }
    }

    synchronized boolean send(long unique, Optional<Errno> failure) {
        if (closed) {
            return false;
        }
        int error = failure.map(errno -> -errno.code()).orElse(0);
        header.clear().putInt(RequestMemory.REPLY_HEADER_BYTES).putInt(error).putLong(unique);
        return outlet.send(headerAddress, RequestMemory.REPLY_HEADER_BYTES);
    }

    /** Nothing is sent any more: the descriptor may be another file's soon. */
    synchronized void close() {
        closed = true;
        timer.shutdownNow();
    }
}
