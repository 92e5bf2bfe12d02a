package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.error.InvokeTimeoutException;
import com.alipay.sofa.jraft.error.RemotingException;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.protobuf.Message;
import io.dbfs.common.wire.WireConnection;
import io.dbfs.common.wire.WireDeadline;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to a peer: requests leave in the order of {@link #send}, many at a time, and replies come in any order. Its own
 * thread connects, and then receives. When the connection fails, so do the requests without a reply, and the link has ended.
 * Thread-safe.
 *
 * <p>A request is written by the thread that sends it, which holds a replicator's lock and must not wait for the peer. So it
 * writes only while the peer owes replies to so little that the sockets' buffers hold all of it; beyond that, and until the
 * connection stands, requests queue for another thread.
 */
final class PeerLink {
    private static final Logger LOG = LoggerFactory.getLogger(PeerLink.class);

    /** JRaft makes its clients itself, so that there is no one to give them a clock. */
    private static final LongSupplier CLOCK = System::nanoTime;

    /** The smallest buffers that a connection begins with hold about 40 KiB. */
    private static final int UNANSWERED_BYTES_MAX = 32 << 10;
    /** What a buffer takes for a frame beside its bytes. */
    private static final int FRAME_BYTES = 1 << 10;
    /** JRaft has some hundred entries' requests under way at most; a peer that takes nothing gets heartbeats as well. */
    private static final int PENDING_MAX = 2048;
    /** A peer that is late and has said nothing for so long is given up with the connection. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(5);

    /** Opens the connection; blocks for a bounded time. */
    interface Connector {
        WireConnection connect() throws IOException;
    }

    private record Pending(PeerReply reply, int bytes, WireDeadline deadline) {}

    private final String name;
    private final Connector connector;
    private final Executor writers;
    private final Runnable connected;

    @GuardedBy("this")
    private final Map<Long, Pending> pending = new LinkedHashMap<>();

    @GuardedBy("this")
    private final Deque<PeerFrame> queued = new ArrayDeque<>();

    /** Whether a thread writes, or will when the connection stands; others queue meanwhile. */
    @GuardedBy("this")
    private boolean writing = true;

    @GuardedBy("this")
    private int unansweredBytes;

    @GuardedBy("this")
    private long lastId;

    @GuardedBy("this")
    private @Nullable IOException end;

    /** Since when requests have gone without any reply; 0 after one. */
    @GuardedBy("this")
    private long silentSinceNanos;

    private volatile @Nullable WireConnection connection;

    /**
     * A link that is not started.
     *
     * @param name the peer's address and the lane, for threads and messages
     * @param writers run what cannot be written at once
     * @param connected runs on the link's thread when the connection stands
     */
    PeerLink(String name, Connector connector, Executor writers, Runnable connected) {
        this.name = name;
        this.connector = connector;
        this.writers = writers;
        this.connected = connected;
    }

    void start() {
        Thread thread = new Thread(this::run, "raft-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Whether no more can be sent. */
    synchronized boolean hasEnded() {
        return end != null;
    }

    /** Sends a request; {@code reply} gets the answer or the failure. Does not wait for the peer. */
    void send(Message request, PeerReply reply, Duration timeout) {
        byte[] body = PeerFrame.encode(request);
        PeerFrame frame = null;
        boolean handsOver = false;
        IOException refusal;
        synchronized (this) {
            refusal = refusal();
            if (refusal == null) {
                PeerFrame next = new PeerFrame(++lastId, reply.call().code(), body);
                boolean fits = unansweredBytes + bytes(next) <= UNANSWERED_BYTES_MAX;
                await(next, reply, timeout);
                if (writing || !fits) {
                    queued.add(next);
                } else {
                    frame = next;
                }
                handsOver = !writing && !fits;
                writing = true;
            }
        }
        if (refusal != null) {
            reply.fail(failure(refusal));
            return;
        }
        if (frame != null) {
            // What queued while this thread wrote is another's.
            handsOver = write(frame) && !endWriting();
        }
        if (handsOver) {
            handOver();
        }
    }

    /** Ends the link. */
    void close() {
        end(new IOException("the replica has stopped"));
    }

    @GuardedBy("this")
    private @Nullable IOException refusal() {
        return end == null && pending.size() >= PENDING_MAX
                ? new IOException(PENDING_MAX + " requests are without a reply")
                : end;
    }

    @GuardedBy("this")
    private void await(PeerFrame frame, PeerReply reply, Duration timeout) {
        WireDeadline deadline = WireDeadline.start(timeout, () -> late(frame.id()));
        pending.put(frame.id(), new Pending(reply, bytes(frame), deadline));
        unansweredBytes += bytes(frame);
        if (silentSinceNanos == 0) {
            silentSinceNanos = CLOCK.getAsLong();
        }
    }

    private static int bytes(PeerFrame frame) {
        return FRAME_BYTES + frame.body().length;
    }

    private void run() {
        try {
            WireConnection opened = connector.connect();
            connection = opened;
            if (hasEnded()) {
                opened.close();
                return;
            }
            connected.run();
            writeQueued();
            receiveAll(opened);
            end(new EOFException("the peer ended the connection"));
        } catch (IOException e) {
            end(e);
        } catch (RuntimeException e) {
            LOG.warn("{} ended by a fault of this process", name, e);
            end(new IOException(e));
        }
    }

    private void receiveAll(WireConnection opened) throws IOException {
        for (PeerFrame frame = PeerFrame.receive(opened); frame != null; frame = PeerFrame.receive(opened)) {
            Pending answered = heard(frame.id());
            if (answered == null) {
                continue;
            }
            answered.deadline().close();
            Message message;
            try {
                message = frame.replyTo(answered.reply().call());
            } catch (IOException e) {
                answered.reply().fail(failure(e));
                throw e;
            }
            answered.reply().complete(message);
        }
    }

    private synchronized @Nullable Pending heard(long id) {
        silentSinceNanos = 0;
        return take(id);
    }

    @GuardedBy("this")
    private @Nullable Pending take(long id) {
        Pending taken = pending.remove(id);
        if (taken != null) {
            unansweredBytes -= taken.bytes();
        }
        return taken;
    }

    /** Gives up a request, and the connection if the peer is silent altogether. */
    private void late(long id) {
        Pending overdue;
        boolean silent;
        synchronized (this) {
            overdue = take(id);
            silent = silentSinceNanos != 0 && CLOCK.getAsLong() - silentSinceNanos >= SILENCE_MAX.toNanos();
        }
        if (overdue != null) {
            overdue.reply().fail(new InvokeTimeoutException(name + ": no answer in time"));
            if (silent) {
                closeConnection();
            }
        }
    }

    private void handOver() {
        try {
            writers.execute(this::writeQueued);
        } catch (RejectedExecutionException e) {
            LOG.debug("{}: stopped", name);
            closeConnection();
        }
    }

    private void writeQueued() {
        for (PeerFrame next = nextQueued(); next != null; next = nextQueued()) {
            if (!write(next)) {
                return;
            }
        }
    }

    private synchronized @Nullable PeerFrame nextQueued() {
        PeerFrame next = queued.poll();
        writing = next != null;
        return next;
    }

    /** Whether nothing has queued; if not, this thread goes on being the one that writes. */
    private synchronized boolean endWriting() {
        writing = !queued.isEmpty();
        return !writing;
    }

    /** Whether it went out. If not, the receiving thread sees the connection closed, and nothing is written any more. */
    private boolean write(PeerFrame frame) {
        WireConnection opened = connection;
        try {
            if (opened != null) {
                frame.send(opened);
                return true;
            }
        } catch (IOException e) {
            LOG.debug("{}: {}", name, e.toString());
            closeConnection();
        }
        return false;
    }

    private void closeConnection() {
        WireConnection opened = connection;
        if (opened != null) {
            opened.close();
        }
    }

    private void end(IOException reason) {
        List<Pending> unanswered;
        synchronized (this) {
            if (end == null) {
                end = reason;
            }
            unanswered = new ArrayList<>(pending.values());
            pending.clear();
            queued.clear();
        }
        closeConnection();
        for (Pending each : unanswered) {
            each.deadline().close();
            each.reply().fail(failure(reason));
        }
    }

    private RemotingException failure(IOException reason) {
        return new RemotingException(name + ": " + reason.getMessage(), reason);
    }
}
