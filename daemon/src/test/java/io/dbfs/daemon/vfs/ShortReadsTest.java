package io.dbfs.daemon.vfs;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.daemon.vfs.ShortReads.Read;
import org.junit.jupiter.api.Test;

final class ShortReadsTest {
    private static final int PAGE = 4096;
    private static final Read WHOLE = new Read(0, 75 * PAGE);

    private final ShortReads reads = new ShortReads();
    private long nanos;

    @Test
    void theLastPageOfAFileThatOthersLeaveAloneIsShort() {
        assertTrue(admits(new Read(0, PAGE), 100, 0, false, false));
        assertTrue(admits(new Read(0, 2 * PAGE), PAGE + 1, 0, false, false));
        assertTrue(admits(new Read(PAGE, 2 * PAGE), PAGE + 1, 7, false, false), "changed long ago");
    }

    @Test
    void whoAsksForPagesThatAreNotThereAsksAgain() {
        assertFalse(admits(WHOLE, 0, 1, false, false));
        assertTrue(admits(new Read(0, PAGE), 0, 1, false, true));
        assertTrue(admits(new Read(PAGE, 2 * PAGE), PAGE, 1, false, false), "the kernel knows where it ends");
    }

    @Test
    void theLastPageOfAContestedFileIsAskedForAgain() {
        assertFalse(admits(new Read(0, PAGE), 50, 1, true, false), "it was 100 bytes long a moment ago");
        assertTrue(admits(new Read(0, PAGE), 50, 1, true, true));
        assertTrue(admits(new Read(0, PAGE), 50, 1, true, false));
        assertFalse(admits(new Read(0, PAGE), 20, 2, true, false), "changed again");
    }

    @Test
    void aChangeOfWhichTheKernelWasNotToldIsNoneForTheReadThatComesAgain() {
        assertFalse(admits(WHOLE, 0, 1, false, false));
        assertTrue(admits(new Read(0, PAGE), 0, 2, true, true));
    }

    @Test
    void aReadRefusedBeforeAnEarlierChangeSaysNothingOfThisOne() {
        assertFalse(admits(WHOLE, 0, 1, false, false));
        assertFalse(admits(WHOLE, 0, 2, false, false), "read ahead once more");
        nanos += ShortReads.REREAD_NANOS;
        assertFalse(admits(new Read(0, PAGE), 0, 3, false, false), "long after");
    }

    @Test
    void aPageThatAProgramWaitsForIsNotRefusedTwiceInARow() {
        assertFalse(admits(WHOLE, 5 * PAGE, 1, true, false));
        assertTrue(admits(new Read(5 * PAGE, 6 * PAGE), 5 * PAGE, 2, true, false), "changed again meanwhile");
        assertFalse(admits(WHOLE, 5 * PAGE, 3, true, false), "the next one");
        assertTrue(admits(new Read(0, PAGE), 0, 4, true, false));
        assertFalse(admits(new Read(PAGE, 2 * PAGE), 0, 5, true, false), "behind the end that the kernel was shown");
        assertTrue(admits(new Read(PAGE, 2 * PAGE), 0, 6, true, false));
    }

    @Test
    void aPageThatWasNotAskedForIsRefusedOnItsOwn() {
        assertFalse(admits(WHOLE, 0, 1, false, false));
        Read behind = new Read(WHOLE.to(), WHOLE.to() + PAGE);
        assertFalse(admits(behind, 0, 1, false, true));
        assertTrue(admits(behind, 0, 1, false, true));
    }

    @Test
    void whatIsMadeLongerHereMayBeReadTooFarAgain() {
        assertFalse(admits(WHOLE, 0, 1, false, false));
        assertTrue(admits(WHOLE, 0, 1, false, true));
        assertTrue(admits(new Read(80 * PAGE, 81 * PAGE), 0, 1, false, false));
        reads.extendedHere();
        assertFalse(admits(new Read(80 * PAGE, 81 * PAGE), 0, 1, false, false));
    }

    @Test
    void refusalsAreBounded() {
        for (int i = 0; i <= ShortReads.REFUSED_MAX; i++) {
            assertFalse(admits(new Read((long) i * PAGE, (i + 1L) * PAGE), 0, 1, false, true));
        }
        assertFalse(admits(new Read(0, PAGE), 0, 1, false, true), "forgotten: asked for once more");
    }

    private boolean admits(Read read, long end, int changes, boolean contested, boolean undisturbed) {
        if (ShortReads.isOrdinary(read, end, contested) || reads.admits(read, end, changes, undisturbed, nanos)) {
            return true;
        }
        reads.refuse(read, changes, nanos);
        return false;
    }
}
