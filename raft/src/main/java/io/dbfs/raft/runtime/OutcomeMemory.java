package io.dbfs.raft.runtime;

import io.dbfs.raft.Mutation;
import io.dbfs.raft.Proposal;
import io.dbfs.raft.StateView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The outcomes of the clients' commands, kept in the state so that a command sent again returns its first outcome and
 * never acts twice, on whichever replica.
 *
 * <p>A client has a floor: everything below it counts as done and is forgotten. The floor follows what the client
 * acknowledges, and is never more than {@link #REMEMBERED_MAX} below its newest sequence, which bounds what is
 * remembered and lets old outcomes be deleted by their numbers, without a search. A client that was not heard of for
 * {@link #FORGOTTEN_AFTER_MINUTES} of log time is forgotten wholly.
 */
final class OutcomeMemory {
    /** Outcomes kept for one client at most. */
    static final int REMEMBERED_MAX = 1024;

    static final long FORGOTTEN_AFTER_MINUTES = 60;

    /** Clients forgotten by one command at most; the rest follows a minute later. */
    private static final int FORGOTTEN_AT_ONCE_MAX = 64;

    private static final long NANOS_PER_MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final StateView view;

    OutcomeMemory(StateView view) {
        this.view = view;
    }

    /** Whether no proposal of this client with this sequence or a later one was applied: there is nothing to recall. */
    boolean isNew(Proposal proposal) {
        Optional<ClientRecord> known = recordOf(proposal.client());
        return known.isEmpty() || proposal.sequence() > known.get().newest();
    }

    /** Whether the proposal came too late to be judged: its outcome, if it has one, is forgotten. */
    boolean isForgotten(Proposal proposal) {
        return proposal.sequence() < floorOf(proposal.client());
    }

    /** The outcome of an earlier arrival of this proposal. */
    Optional<byte[]> recall(Proposal proposal) {
        return view.get(RuntimeKeys.outcome(proposal.client(), proposal.sequence()));
    }

    /** Remembers an outcome, and forgets what the client acknowledged with this proposal. */
    void remember(Proposal proposal, long timeNanos, byte[] outcome, List<Mutation> into) {
        long client = proposal.client();
        long sequence = proposal.sequence();
        long minute = timeNanos / NANOS_PER_MINUTE;
        Optional<ClientRecord> known = recordOf(client);
        long asked = Math.max(proposal.acknowledgedBelow(), sequence - REMEMBERED_MAX + 1);
        long oldFloor = known.map(ClientRecord::floor).orElse(asked);
        long floor = Math.max(oldFloor, asked);
        long end = Math.min(floor, oldFloor + REMEMBERED_MAX);
        for (long forgotten = oldFloor; forgotten < end; forgotten++) {
            into.add(new Mutation.Delete(RuntimeKeys.outcome(client, forgotten)));
        }
        long newest = known.map(record -> Math.max(record.newest(), sequence)).orElse(sequence);
        ClientRecord now = new ClientRecord(floor, minute, newest);
        if (known.isEmpty() || !known.get().equals(now)) {
            into.add(new Mutation.Put(RuntimeKeys.client(client), now.encode()));
        }
        rememberMinute(client, known, minute, into);
        if (sequence >= floor) {
            into.add(new Mutation.Put(RuntimeKeys.outcome(client, sequence), outcome));
        }
    }

    /** Forgets clients that were silent for long; does something only in the first command of a minute. */
    void forgetSilentClients(long previousNanos, long nowNanos, List<Mutation> into) {
        long minute = nowNanos / NANOS_PER_MINUTE;
        if (minute == previousNanos / NANOS_PER_MINUTE) {
            return;
        }
        List<byte[]> silent = new ArrayList<>();
        byte[] prefix = RuntimeKeys.heardPrefix();
        view.scan(prefix, prefix, (key, value) -> {
            boolean old = RuntimeKeys.numberOf(key, 0) <= minute - FORGOTTEN_AFTER_MINUTES;
            if (old) {
                silent.add(key);
            }
            return old && silent.size() < FORGOTTEN_AT_ONCE_MAX;
        });
        for (byte[] key : silent) {
            long client = RuntimeKeys.numberOf(key, 1);
            into.add(new Mutation.Delete(key));
            into.add(new Mutation.Delete(RuntimeKeys.client(client)));
            into.add(new Mutation.DeletePrefix(RuntimeKeys.outcomePrefix(client)));
        }
    }

    private static void rememberMinute(long client, Optional<ClientRecord> known, long minute, List<Mutation> into) {
        if (known.isPresent() && known.get().heardMinute() == minute) {
            return;
        }
        if (known.isPresent()) {
            into.add(new Mutation.Delete(RuntimeKeys.heard(known.get().heardMinute(), client)));
        }
        into.add(new Mutation.Put(RuntimeKeys.heard(minute, client), new byte[0]));
    }

    private long floorOf(long client) {
        return recordOf(client).map(ClientRecord::floor).orElse(0L);
    }

    private Optional<ClientRecord> recordOf(long client) {
        return view.get(RuntimeKeys.client(client)).map(ClientRecord::decode);
    }

    /**
     * What is known of a client.
     *
     * @param floor sequences below it count as done
     * @param heardMinute minutes since the epoch, by log time
     * @param newest the highest sequence applied
     */
    private record ClientRecord(long floor, long heardMinute, long newest) {
        private static final int BYTES_WITHOUT_NEWEST = 2 * Long.BYTES;

        byte[] encode() {
            return RuntimeKeys.encodeLongs(floor, heardMinute, newest);
        }

        static ClientRecord decode(byte[] value) {
            // Records of earlier versions end before it: any outcome may be there.
            long newest = value.length == BYTES_WITHOUT_NEWEST
                    ? Long.MAX_VALUE
                    : RuntimeKeys.decodeLong(value, BYTES_WITHOUT_NEWEST);
            return new ClientRecord(
                    RuntimeKeys.decodeLong(value, 0), RuntimeKeys.decodeLong(value, Long.BYTES), newest);
        }
    }
}
