package io.dbfs.cluster.leader;

import io.dbfs.common.rpc.Refusals;
import io.dbfs.proto.ContentsCommand;
import io.dbfs.proto.ReserveChunkIds;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Hands out chunk ids from ranges that a command reserved, so that an allocation costs no commit. What is left of a range
 * when leadership changes is never used. Thread-safe.
 */
final class ChunkIds {
    /** Ids reserved at a time. */
    static final int RANGE = 4096;

    private final IntFunction<CompletableFuture<Long>> reserve;
    private long next;
    private long end;
    private @Nullable CompletableFuture<Long> pending;
    private int generation;

    /** Reserves through {@code group}. */
    static ChunkIds reservedBy(ContentsGroup group) {
        return new ChunkIds(count -> group.propose(ContentsCommand.newBuilder()
                        .setReserveChunkIds(ReserveChunkIds.newBuilder().setCount(count))
                        .build())
                .thenApply(outcome -> {
                    Refusals.check(outcome.getRefusal());
                    return outcome.getFirstChunkId();
                }));
    }

    ChunkIds(IntFunction<CompletableFuture<Long>> reserve) {
        this.reserve = reserve;
    }

    /** The first of {@code count} ids in a row, at most {@link #RANGE}; fails as the reservation does. */
    CompletableFuture<Long> take(int count) {
        if (count < 1 || count > RANGE) {
            throw new IllegalArgumentException("ids: " + count + " (expected: 1 to " + RANGE + ")");
        }
        CompletableFuture<Long> more;
        synchronized (this) {
            if (end - next >= count) {
                long first = next;
                next += count;
                return CompletableFuture.completedFuture(first);
            }
            more = pending == null ? reserveMore() : pending;
        }
        return more.thenCompose(ignored -> take(count));
    }

    /** Every id below this is handed out already or never will be; 0 while no range is reserved. */
    synchronized long next() {
        return next;
    }

    /** Leadership changed: the range at hand may be void. */
    synchronized void reset() {
        next = 0;
        end = 0;
        pending = null;
        generation++;
    }

    private synchronized CompletableFuture<Long> reserveMore() {
        int asked = generation;
        CompletableFuture<Long> reservation =
                reserve.apply(RANGE).whenComplete((first, failure) -> arrived(asked, first, failure));
        pending = reservation.isDone() ? null : reservation;
        return reservation;
    }

    private synchronized void arrived(int asked, @Nullable Long first, @Nullable Throwable failure) {
        if (asked != generation) {
            return;
        }
        pending = null;
        if (failure == null && first != null) {
            next = first;
            end = first + RANGE;
        }
    }
}
