package io.dbfs.daemon.client;

import io.dbfs.common.FsException;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.common.watch.WatchTimes;
import io.dbfs.daemon.watch.ChangeListener;
import io.dbfs.daemon.watch.ChangeReader;
import io.dbfs.daemon.watch.Coverage;
import io.dbfs.proto.ChangesGrpc;
import io.dbfs.proto.WatchReply;
import io.dbfs.proto.WatchRequest;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the stream of changes of one group open, with whoever leads it, until it is closed. Thread-safe. */
final class WatchStream implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WatchStream.class);
    /** A leader that answers no ping for this long is left: another may lead by now. */
    private static final long SILENCE_NANOS = 2 * WatchTimes.LEASE.toNanos();
    /** How long to look for the leader at a time. */
    private static final long LOCATE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final GroupCalls group;
    private final LongSupplier session;
    private final Coverage coverage;
    private final ChangeListener listener;
    private final Executor connectors;
    private final LongSupplier nanoTime;
    private final ScheduledFuture<?> beats;
    private final AtomicBoolean connecting = new AtomicBoolean();
    private volatile @Nullable Line line;
    private volatile boolean closed;

    /**
     * Begins to watch.
     *
     * @param timer nothing on it blocks
     * @param connectors runs what looks for the leader, which blocks for a second at most
     */
    WatchStream(
            GroupCalls group,
            LongSupplier session,
            Coverage coverage,
            ChangeListener listener,
            ScheduledExecutorService timer,
            Executor connectors,
            LongSupplier nanoTime) {
        this.group = group;
        this.session = session;
        this.coverage = coverage;
        this.listener = listener;
        this.connectors = connectors;
        this.nanoTime = nanoTime;
        this.beats = timer.scheduleWithFixedDelay(this::beat, 0, WatchTimes.PING.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void beat() {
        try {
            Line current = line;
            if (current != null) {
                current.beat();
            } else if (!closed && connecting.compareAndSet(false, true)) {
                connectors.execute(this::connect);
            }
        } catch (RuntimeException e) {
            // The executor would never run it again.
            LOG.warn("watching {} failed: {}", group, e.toString());
        }
    }

    private void connect() {
        try {
            String leader = group.leader(nanoTime.getAsLong() + LOCATE_NANOS);
            if (!leader.isEmpty() && !closed) {
                Line opened = new Line(leader);
                line = opened;
                opened.open();
            }
        } catch (FsException e) {
            LOG.debug("watching {}: {}", group, e.getMessage());
        } finally {
            connecting.set(false);
        }
    }

    @Override
    public void close() {
        closed = true;
        beats.cancel(false);
        Line current = line;
        if (current != null) {
            current.cancel("the mount ends");
        }
    }

    /** One stream, with one process. */
    private final class Line implements ClientResponseObserver<WatchRequest, WatchReply> {
        private final String leader;
        private final long id = session.getAsLong();
        private final ChangeReader reader = new ChangeReader(id, coverage, listener, nanoTime);
        private volatile @Nullable ClientCallStreamObserver<WatchRequest> requests;
        private volatile long heardNanos = nanoTime.getAsLong();

        Line(String leader) {
            this.leader = leader;
        }

        void open() {
            ChangesGrpc.newStub(group.channel(leader)).watch(this);
            ping();
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<WatchRequest> stream) {
            requests = stream;
        }

        void beat() {
            if (id != session.getAsLong()) {
                // Changes are told to everyone but the session that makes them.
                cancel("the session is another");
                lost("the session is another", leader);
            } else if (nanoTime.getAsLong() - heardNanos > SILENCE_NANOS) {
                cancel("no answer from " + leader);
                lost("no answer", "");
            } else {
                ping();
            }
        }

        private synchronized void ping() {
            ClientCallStreamObserver<WatchRequest> stream = requests;
            if (stream != null && line == this) {
                stream.onNext(WatchRequest.newBuilder()
                        .setSession(id)
                        .setPing(reader.ping())
                        .setAcknowledged(reader.acknowledged())
                        .build());
            }
        }

        void cancel(String why) {
            ClientCallStreamObserver<WatchRequest> stream = requests;
            if (stream != null) {
                stream.cancel(why, null);
            }
        }

        @Override
        public void onNext(WatchReply reply) {
            heardNanos = nanoTime.getAsLong();
            if (Refusals.refused(reply.getRefusal())) {
                lost("it does not lead", reply.getRefusal().getLeader());
            } else {
                reader.take(reply, this::ping);
            }
        }

        @Override
        public void onError(Throwable failure) {
            lost(Status.fromThrowable(failure).toString(), "");
        }

        @Override
        public void onCompleted() {
            lost("it ended the stream", "");
        }

        private void lost(String why, String hint) {
            if (!reader.end()) {
                return;
            }
            line = null;
            if (!closed) {
                LOG.debug("stream of changes of {} with {} is broken: {}", group, leader, why);
                if (!hint.equals(leader)) {
                    group.follow(leader, hint);
                }
            }
        }
    }
}
