package io.dbfs.daemon.vfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When the kernel is told what, by a thread that runs when the test says so. */
final class KernelNoticesTest {
    private static final InodeId DIRECTORY = new InodeId(7);
    private static final InodeId FILE = new InodeId(8);
    private static final Name NAME = Name.of("name");

    private final RecordingKernel kernel = new RecordingKernel();
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final KernelNotices notices = new KernelNotices(waiting::add, Runnable::run);

    KernelNoticesTest() {
        notices.attach(kernel);
    }

    private void runWaiting() {
        for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
            next.run();
        }
    }

    @Test
    void aNameIsDroppedAlone() {
        CompletableFuture<Void> dropped = notices.entry(DIRECTORY, NAME);
        runWaiting();
        assertTrue(dropped.isDone());
        assertTrue(kernel.notices.contains(DIRECTORY + "/" + NAME));
    }

    @Test
    void allNamesAreDroppedWhereAnOperationOfThisMountHoldsTheDirectory() {
        notices.changing(DIRECTORY);
        notices.changing(DIRECTORY);
        notices.changed(DIRECTORY);
        assertTrue(notices.entry(DIRECTORY, NAME).isDone());
        assertEquals(List.of("*"), kernel.notices);
        assertEquals(1, notices.allEntriesDropped());

        notices.changed(DIRECTORY);
        CompletableFuture<Void> unused = notices.entry(DIRECTORY, NAME);
        runWaiting();
        assertTrue(kernel.notices.contains(DIRECTORY + "/" + NAME), kernel.notices::toString);
    }

    @Test
    void allNamesAreDroppedWhenOneTakesTooLong() throws Exception {
        notices.entry(DIRECTORY, NAME).get(1, TimeUnit.MINUTES);
        assertEquals(List.of("*"), kernel.notices);
        assertEquals(1, notices.allEntriesDropped());
    }

    @Test
    void noNoticeMeetsAReadThatIsAskedForAgain() {
        CompletableFuture<Void> before = notices.contents(FILE);
        assertTrue(before.isDone());
        kernel.notices.clear();

        notices.hold(FILE);
        CompletableFuture<Void> during = notices.contents(FILE);
        runWaiting();
        CompletableFuture<Void> other = notices.contents(DIRECTORY);
        boolean told = during.isDone() || kernel.notices.contains(FILE.toString());
        assertFalse(notices.isHeld(FILE) && told, "as long as it is held, which is not for long on a slow machine");
        assertTrue(other.isDone());
        notices.answering(FILE);
        notices.answered(FILE);
        assertTrue(during.isDone());
        runWaiting();
        assertTrue(kernel.notices.contains(FILE.toString()), kernel.notices::toString);
        assertTrue(kernel.notices.contains(FILE + "@0"), kernel.notices::toString);
        assertFalse(notices.isHeld(FILE));
    }

    @Test
    void aReadThatIsNotAskedForAgainHoldsNoticesUpForAMomentOnly() throws Exception {
        notices.hold(FILE);
        notices.contents(FILE).get(1, TimeUnit.MINUTES);
        assertEquals(FILE.toString(), kernel.notices.get(0));
    }
}
