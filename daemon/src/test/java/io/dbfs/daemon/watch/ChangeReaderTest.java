package io.dbfs.daemon.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.common.watch.WatchTimes;
import io.dbfs.proto.ChangedEntry;
import io.dbfs.proto.WatchReply;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a stream makes current, void and alive, by a clock of the test's own. */
final class ChangeReaderTest {
    private static final InodeId DIRECTORY = new InodeId(7);
    private static final Name NAME = Name.of("name");
    private static final long SESSION = 42;

    private final List<WatchReply> heard = new ArrayList<>();
    private long nowNanos = 1_000_000_000;
    private final Coverage coverage = new Coverage(() -> nowNanos);
    private CompletableFuture<Void> kernel = CompletableFuture.completedFuture(null);
    private int acknowledgements;
    private ChangeReader reader = reader();

    private ChangeReader reader() {
        return new ChangeReader(
                SESSION,
                coverage,
                news -> {
                    heard.add(news);
                    return kernel;
                },
                () -> nowNanos);
    }

    private void take(WatchReply reply) {
        reader.take(reply, () -> acknowledgements++);
    }

    @Test
    void newsIsAcknowledgedInOrderWhenTheKernelHasTakenItIn() {
        take(everything(reader.ping()));
        CompletableFuture<Void> second = new CompletableFuture<>();
        kernel = second;
        take(WatchReply.newBuilder().setNumber(2).build());
        kernel = CompletableFuture.completedFuture(null);
        take(WatchReply.newBuilder().setNumber(3).build());
        assertEquals(1, reader.acknowledged(), "the second may still be served by the kernel");
        second.complete(null);
        assertEquals(3, reader.acknowledged());
        assertEquals(3, acknowledgements);
    }

    private static WatchReply everything(long ping) {
        return WatchReply.newBuilder()
                .setPing(ping)
                .setNumber(1)
                .setEverything(true)
                .build();
    }

    @Test
    void nothingIsCoveredBeforeAPingIsAnswered() {
        assertFalse(coverage.isAlive());
        assertEquals(0, coverage.watcher());
        long ping = reader.ping();
        take(everything(ping));
        assertEquals(1, acknowledgements, "news is acknowledged");
        assertTrue(coverage.isAlive());
        assertEquals(SESSION, coverage.watcher());
        assertEquals(1, reader.acknowledged());
    }

    @Test
    void aLeaseCountsFromWhenThePingWasSent() {
        long ping = reader.ping();
        nowNanos += WatchTimes.LEASE.toNanos() - 1;
        take(everything(ping));
        assertTrue(coverage.isAlive());
        assertEquals(
                WatchTimes.KERNEL_LEASE.minus(WatchTimes.LEASE).toNanos() + 1,
                coverage.kernelNanos(),
                "the kernel has until a second after the ping");
        nowNanos++;
        assertFalse(coverage.isAlive());
        assertEquals(0, coverage.kernelNanos());
    }

    @Test
    void anAnswerAskedForBeforeTheStreamWasOpenedIsVoid() {
        long before = coverage.stamp();
        take(everything(reader.ping()));
        assertFalse(coverage.isCurrent(before, Coverage.inodeKey(DIRECTORY)));
        assertTrue(coverage.isCurrent(coverage.stamp(), Coverage.inodeKey(DIRECTORY)));
    }

    @Test
    void anAnswerReadBeforeAChangeIsVoidAlsoWhenItArrivesAfterTheNews() {
        take(everything(reader.ping()));
        long asked = coverage.stamp();
        take(WatchReply.newBuilder()
                .setNumber(2)
                .addInodes(DIRECTORY.value())
                .addEntries(ChangedEntry.newBuilder()
                        .setParent(DIRECTORY.value())
                        .setName(ByteString.copyFrom(NAME.toBytes())))
                .build());
        assertFalse(coverage.isCurrent(asked, Coverage.inodeKey(DIRECTORY)));
        assertFalse(coverage.isCurrent(asked, Coverage.listingKey(DIRECTORY)));
        assertFalse(coverage.isCurrent(asked, Coverage.entryKey(DIRECTORY, NAME)));
        assertTrue(coverage.isCurrent(asked, Coverage.entryKey(DIRECTORY, Name.of("other"))));
        assertTrue(coverage.isCurrent(coverage.stamp(), Coverage.entryKey(DIRECTORY, NAME)), "asked after the news");
        assertEquals(2, heard.size());
    }

    @Test
    void anOwnChangeVoidsWhatOthersAskedForAndKeepsItsOutcome() {
        int key = Coverage.entryKey(DIRECTORY, NAME);
        long asked = coverage.stamp();
        long outcome = coverage.changedHere(coverage.stamp(), key);
        assertFalse(coverage.isCurrent(asked, key));
        assertTrue(coverage.isCurrent(outcome, key));
    }

    @Test
    void anOwnChangeThatRacedWithAnothersIsNotBelieved() {
        int key = Coverage.entryKey(DIRECTORY, NAME);
        long asked = coverage.stamp();
        coverage.changed(key);
        assertFalse(coverage.isCurrent(coverage.changedHere(asked, key), key));
    }

    @Test
    void aBrokenStreamVouchesForNothingAndItsLateRepliesNeither() {
        long ping = reader.ping();
        take(everything(ping));
        assertTrue(reader.end());
        assertFalse(reader.end(), "ended once");
        assertFalse(coverage.isAlive());
        assertEquals(0, coverage.watcher());
        take(everything(reader.ping()));
        assertFalse(coverage.isAlive());
    }

    @Test
    void theNextStreamVoidsWhatWasHeardDuringTheOneBefore() {
        take(everything(reader.ping()));
        long stamp = coverage.stamp();
        reader.end();
        reader = reader();
        take(everything(reader.ping()));
        assertFalse(coverage.isCurrent(stamp, Coverage.inodeKey(DIRECTORY)));
    }

    @Test
    void onlyAPingThatWasSentIsAnAnswer() {
        reader.ping();
        take(everything(99));
        assertFalse(coverage.isAlive());
    }
}
