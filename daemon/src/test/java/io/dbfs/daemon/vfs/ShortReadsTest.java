package io.dbfs.daemon.vfs;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.daemon.vfs.ShortReads.Read;
import org.junit.jupiter.api.Test;

final class ShortReadsTest {
    private static final int PAGE = 4096;
    private static final Read WHOLE = new Read(0, 75 * PAGE);

    private final ShortReads reads = new ShortReads();

    @Test
    void theLastPageOfAFileThatOthersLeaveAloneIsShort() {
        assertTrue(reads.admits(new Read(0, PAGE), 100, 0, false, false));
        assertTrue(reads.admits(new Read(0, 2 * PAGE), PAGE + 1, 0, false, false));
        assertTrue(reads.admits(new Read(PAGE, 2 * PAGE), PAGE + 1, 7, false, false), "changed long ago");
    }

    @Test
    void whoAsksForPagesThatAreNotThereAsksAgain() {
        assertFalse(reads.admits(WHOLE, 0, 1, false, false));
        assertTrue(reads.admits(new Read(0, PAGE), 0, 1, false, true));
        assertTrue(reads.admits(new Read(PAGE, 2 * PAGE), PAGE, 1, false, false), "the kernel knows where it ends");
    }

    @Test
    void theLastPageOfAContestedFileIsAskedForAgain() {
        assertFalse(reads.admits(new Read(0, PAGE), 50, 1, true, false), "it was 100 bytes long a moment ago");
        assertTrue(reads.admits(new Read(0, PAGE), 50, 1, true, true));
        assertTrue(reads.admits(new Read(0, PAGE), 50, 1, true, false));
        assertFalse(reads.admits(new Read(0, PAGE), 20, 2, true, false), "changed again");
    }

    @Test
    void aChangeOfWhichTheKernelWasNotToldIsNoneForTheReadThatComesAgain() {
        assertFalse(reads.admits(WHOLE, 0, 1, false, false));
        assertTrue(reads.admits(new Read(0, PAGE), 0, 2, true, true));
    }

    @Test
    void aReadRefusedBeforeAnEarlierChangeSaysNothingOfThisOne() {
        assertFalse(reads.admits(WHOLE, 0, 1, false, false));
        assertFalse(reads.admits(WHOLE, 0, 2, false, false));
        assertFalse(reads.admits(new Read(80 * PAGE, 90 * PAGE), 0, 3, false, false));
        assertFalse(reads.admits(WHOLE, 0, 3, false, true), "may have been sent before the third change was known");
    }

    @Test
    void aPageThatWasNotAskedForIsRefusedOnItsOwn() {
        assertFalse(reads.admits(WHOLE, 0, 1, false, false));
        Read behind = new Read(WHOLE.to(), WHOLE.to() + PAGE);
        assertFalse(reads.admits(behind, 0, 1, false, true));
        assertTrue(reads.admits(behind, 0, 1, false, true));
    }

    @Test
    void whatIsMadeLongerHereMayBeReadTooFarAgain() {
        assertFalse(reads.admits(WHOLE, 0, 1, false, false));
        assertTrue(reads.admits(WHOLE, 0, 1, false, true));
        assertTrue(reads.admits(new Read(80 * PAGE, 81 * PAGE), 0, 1, false, false));
        reads.extendedHere();
        assertFalse(reads.admits(new Read(80 * PAGE, 81 * PAGE), 0, 1, false, false));
    }

    @Test
    void refusalsAreBounded() {
        for (int i = 0; i <= ShortReads.REFUSED_MAX; i++) {
            assertFalse(reads.admits(new Read((long) i * PAGE, (i + 1L) * PAGE), 0, 1, false, true));
        }
        assertFalse(reads.admits(new Read(0, PAGE), 0, 1, false, true), "forgotten: asked for once more");
    }
}
