package io.dbfs.common.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.dbfs.proto.ChangedEntry;
import io.dbfs.proto.WatchReply;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class WatchersTest {
    private static final long HERE = 1;
    private static final long THERE = 2;
    private static final long FILE = 100;

    private final List<WatchReply> told = new ArrayList<>();
    private long nowNanos = 1_000_000_000;
    private boolean ready = true;
    private final Watchers watchers = new Watchers(() -> nowNanos);
    private final Watcher watcher = new Watcher(HERE, told::add, () -> ready, () -> nowNanos);

    private static ChangedEntry entry(String name) {
        return ChangedEntry.newBuilder()
                .setParent(1)
                .setName(ByteString.copyFromUtf8(name))
                .build();
    }

    private void begin() {
        watchers.add(watcher);
        watcher.answer(1);
        told.clear();
    }

    /** Names changed, for which nobody waits. */
    private void change(List<Long> inodes, List<ChangedEntry> entries, long originator) {
        assertTrue(watchers.namesChanged(inodes, entries, List.of(), originator).isDone());
    }

    private WatchReply only() {
        assertEquals(1, told.size(), told::toString);
        return told.get(0);
    }

    @Test
    void aStreamBeginsWithEverythingOnceLeadershipIsProven() {
        watchers.add(watcher);
        change(List.of(5L), List.of(), THERE);
        assertTrue(told.isEmpty(), "nothing is told before");
        watcher.answer(7);
        assertTrue(only().getEverything());
        assertEquals(7, only().getPing());
        assertEquals(1, only().getNumber());
    }

    @Test
    void namesAreToldToAllButTheOneWhoChangedThem() {
        begin();
        change(List.of(5L), List.of(entry("a")), HERE);
        assertTrue(told.isEmpty());
        change(List.of(5L), List.of(entry("a")), THERE);
        assertEquals(List.of(5L), only().getInodesList());
        assertEquals(List.of(entry("a")), only().getEntriesList());
    }

    @Test
    void changesAreMergedWhileTheMountIsBusyAndAnswersComeAfterThem() {
        begin();
        ready = false;
        change(List.of(5L), List.of(entry("a")), THERE);
        change(List.of(5L, 6L), List.of(entry("b")), THERE);
        watcher.answer(2);
        assertTrue(told.isEmpty());
        ready = true;
        watcher.flush();
        assertEquals(List.of(5L, 6L), only().getInodesList());
        assertEquals(2, only().getEntriesCount());
        assertEquals(2, only().getPing(), "the answer vouches for what comes with it");
    }

    @Test
    void tooManyChangesBecomeEverything() {
        begin();
        ready = false;
        for (long inode = 1; inode <= Watcher.CHANGES_MAX + 10; inode++) {
            change(List.of(inode), List.of(), THERE);
        }
        ready = true;
        watcher.flush();
        assertTrue(only().getEverything());
        assertEquals(0, only().getInodesCount());
        change(List.of(5L), List.of(), THERE);
        assertEquals(List.of(5L), told.get(1).getInodesList(), "and it goes on");
    }

    @Test
    void contentsAreToldOnceToThoseWhoAsked() {
        begin();
        assertTrue(watchers.contentsChanged(List.of(FILE), THERE).isDone());
        assertTrue(told.isEmpty(), "nobody asked for the file");
        watchers.watch(HERE, List.of(FILE));
        CompletableFuture<Void> first = watchers.contentsChanged(List.of(FILE), THERE);
        assertEquals(List.of(FILE), only().getInodesList());
        assertFalse(first.isDone(), "the mount may still serve what was before");
        CompletableFuture<Void> second = watchers.contentsChanged(List.of(FILE), THERE);
        assertFalse(second.isDone(), "what the first change waits for, the next does");
        watcher.acknowledged(only().getNumber());
        assertTrue(first.isDone());
        assertTrue(second.isDone());
        assertTrue(watchers.contentsChanged(List.of(FILE), THERE).isDone());
        assertEquals(1, told.size(), "told once");
    }

    @Test
    void aNameWaitsForThoseWhoKnowAllNamesOfItsDirectory() {
        begin();
        assertTrue(watchers.namesChanged(List.of(5L), List.of(entry("a")), List.of(5L), THERE)
                .isDone());
        watchers.watch(HERE, List.of(5L));
        told.clear();
        change(List.of(5L), List.of(entry("a")), THERE);
        told.clear();
        CompletableFuture<Void> made = watchers.namesChanged(List.of(5L), List.of(entry("b")), List.of(5L), THERE);
        assertFalse(made.isDone());
        assertEquals(List.of(entry("b")), only().getEntriesList(), "in one message");
        watcher.acknowledged(only().getNumber());
        assertTrue(made.isDone());
        assertTrue(watchers.namesChanged(List.of(5L), List.of(entry("c")), List.of(5L), THERE)
                .isDone());
    }

    @Test
    void eachChangeOfANameWaitsForThoseWhoCacheNamesOfItsDirectory() {
        begin();
        watchers.watchNames(HERE, List.of(1L));
        CompletableFuture<Void> first = watchers.namesChanged(List.of(1L), List.of(entry("a")), List.of(), THERE);
        CompletableFuture<Void> second = watchers.namesChanged(List.of(1L), List.of(entry("b")), List.of(), THERE);
        CompletableFuture<Void> own = watchers.namesChanged(List.of(1L), List.of(entry("b")), List.of(), HERE);
        assertTrue(own.isDone());
        assertFalse(first.isDone());
        watcher.acknowledged(told.get(0).getNumber());
        assertTrue(first.isDone());
        assertFalse(second.isDone(), "the mount may still use that name");
        watcher.acknowledged(told.get(1).getNumber());
        assertTrue(second.isDone());
        ChangedEntry elsewhere = entry("a").toBuilder().setParent(2).build();
        assertTrue(watchers.namesChanged(List.of(2L), List.of(elsewhere), List.of(), THERE)
                .isDone());
    }

    @Test
    void nobodyWaitsForNamesOfAMountWhoseLeaseHasRunOut() {
        begin();
        watchers.watchNames(HERE, List.of(1L));
        nowNanos += WatchTimes.LEASE_AT_LEADER.toNanos();
        change(List.of(1L), List.of(entry("a")), THERE);
        watcher.answer(2);
        assertFalse(watchers.namesChanged(List.of(1L), List.of(entry("a")), List.of(), THERE)
                .isDone());
        watcher.end();
        change(List.of(1L), List.of(entry("a")), THERE);
    }

    @Test
    void aMountThatCachesNamesOfTooManyDirectoriesIsToldToForgetThemAndWaitedFor() {
        begin();
        for (long directory = 1; directory <= Watcher.INTERESTS_MAX + 1L; directory++) {
            watchers.watchNames(HERE, List.of(directory));
        }
        assertTrue(only().getEverything());
        CompletableFuture<Void> made = watchers.namesChanged(List.of(1L), List.of(entry("a")), List.of(), THERE);
        assertFalse(made.isDone(), "the mount may not have forgotten it yet");
        watcher.acknowledged(told.get(1).getNumber());
        assertTrue(made.isDone());
        change(List.of(1L), List.of(entry("a")), THERE);
    }

    @Test
    void changesThatBecomeEverythingAreAcknowledgedWithIt() {
        begin();
        watchers.watch(HERE, List.of(FILE));
        ready = false;
        for (long inode = 1_000; inode < 1_000 + Watcher.CHANGES_MAX; inode++) {
            change(List.of(inode), List.of(), THERE);
        }
        CompletableFuture<Void> changed = watchers.contentsChanged(List.of(FILE), THERE);
        ready = true;
        watcher.flush();
        assertTrue(only().getEverything());
        watcher.acknowledged(only().getNumber());
        assertTrue(changed.isDone());
    }

    @Test
    void whoChangesAFileKeepsBeingToldOfItsNextChange() {
        begin();
        watchers.watch(HERE, List.of(FILE));
        assertTrue(watchers.contentsChanged(List.of(FILE), HERE).isDone());
        assertFalse(watchers.contentsChanged(List.of(FILE), THERE).isDone());
        assertEquals(List.of(FILE), only().getInodesList());
    }

    @Test
    void aWriterDoesNotWaitForeverForAMountThatIsSilent() throws Exception {
        begin();
        watchers.watch(HERE, List.of(FILE));
        watchers.contentsChanged(List.of(FILE), THERE).get(20, TimeUnit.SECONDS);
    }

    @Test
    void aMountThatHasBeenSilentForItsLeaseIsNotWaitedFor() {
        begin();
        watchers.watch(HERE, List.of(FILE));
        nowNanos += WatchTimes.LEASE_AT_LEADER.toNanos();
        assertTrue(watchers.contentsChanged(List.of(FILE), THERE).isDone());
    }

    @Test
    void aLostMountIsWaitedForWhileItsLeaseLasts() {
        begin();
        watchers.watch(HERE, List.of(FILE));
        watcher.end();
        assertFalse(watchers.contentsChanged(List.of(FILE), THERE).isDone());
        nowNanos += WatchTimes.LEASE_AT_LEADER.toNanos();
        assertTrue(watchers.contentsChanged(List.of(FILE), THERE).isDone());
        assertTrue(watcher.isForgotten());
    }

    @Test
    void whoAsksAfterItsStreamWasLostIsWaitedForAsWell() {
        begin();
        watcher.end();
        watchers.watch(HERE, List.of(FILE));
        assertFalse(watchers.contentsChanged(List.of(FILE), THERE).isDone());
        nowNanos += WatchTimes.LEASE_AT_LEADER.toNanos();
        assertTrue(watchers.contentsChanged(List.of(FILE), THERE).isDone());
    }

    @Test
    void aNewLeaderHonoursTheLeasesOfTheOneBefore() {
        begin();
        watchers.succeed();
        assertTrue(only().getEverything());
        assertFalse(watchers.contentsChanged(List.of(FILE), THERE).isDone());
        nowNanos += WatchTimes.LEASE_AT_LEADER.toNanos();
        assertTrue(watchers.contentsChanged(List.of(FILE), THERE).isDone());
    }

    @Test
    void theFileAskedForLongestAgoGivesWayAndIsToldAsChanged() {
        begin();
        for (long inode = 1; inode <= Watcher.INTERESTS_MAX; inode++) {
            watchers.watch(HERE, List.of(inode));
        }
        watchers.watch(HERE, List.of(1L));
        assertTrue(told.isEmpty());
        watchers.watch(HERE, List.of(Watcher.INTERESTS_MAX + 1L));
        assertEquals(List.of(2L), only().getInodesList());
    }
}
