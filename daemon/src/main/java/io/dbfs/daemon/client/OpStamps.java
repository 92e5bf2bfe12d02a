package io.dbfs.daemon.client;

import io.dbfs.proto.OpId;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Gives operations at one group their identity, under the session the mount has at the moment. Thread-safe. */
final class OpStamps {
    private final LongSupplier session;
    private final long timeoutNanos;
    private volatile OpSequencer sequencer;

    OpStamps(LongSupplier session, long timeoutNanos) {
        this.session = session;
        this.timeoutNanos = timeoutNanos;
        this.sequencer = new OpSequencer(session.getAsLong());
    }

    /** Runs {@code operation} under an identity of its own, which it keeps however often it is sent. */
    <A> A with(Function<OpId, A> operation) {
        OpSequencer numbers = current();
        OpId op = numbers.next(timeoutNanos);
        try {
            return operation.apply(op);
        } finally {
            numbers.answered(op);
        }
    }

    private OpSequencer current() {
        long client = session.getAsLong();
        OpSequencer numbers = sequencer;
        return numbers.client() == client ? numbers : renew(client);
    }

    private synchronized OpSequencer renew(long client) {
        if (sequencer.client() != client) {
            sequencer = new OpSequencer(client);
        }
        return sequencer;
    }
}
