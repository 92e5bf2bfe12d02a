package io.dbfs.daemon.vfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.daemon.vfs.InventedZeros.Leaving;
import org.junit.jupiter.api.Test;

class InventedZerosTest {
    private static final long NOW = 4711;

    private final InventedZeros zeros = new InventedZeros();

    @Test
    void aFileThatWasNotReadToItsEndGrowsAtOnce() {
        assertNull(zeros.leave(1 << 20, NOW));
        assertEquals(1 << 20, zeros.tellable(1 << 20, NOW));
        assertTrue(zeros.allGone().isDone());
    }

    @Test
    void whatIsBehindTheEndIsLeftAlone() {
        zeros.made(5000, 8192);

        assertNull(zeros.leave(5000, NOW));
        assertNull(zeros.leave(10, NOW));
        assertEquals(10, zeros.tellable(10, NOW));
    }

    @Test
    void noLargerSizeIsToldUntilThePagesAreGone() {
        zeros.made(5000, 12_288);

        Leaving leaving = leave(5001);

        assertEquals(new Span(4096, 8192), leaving.pages());
        assertEquals(5000, zeros.tellable(9000, NOW));
        assertEquals(4999, zeros.tellable(4999, NOW));
        assertFalse(zeros.allGone().isDone());
        assertTrue(zeros.left(leaving), "the kernel was told 5000");
        assertEquals(9000, zeros.tellable(9000, NOW));
    }

    @Test
    void whoWasToldNothingSmallerNeedsNoNews() {
        zeros.made(5000, 8192);
        Leaving leaving = leave(9000);

        assertEquals(5000, zeros.tellable(5000, NOW));
        assertFalse(zeros.left(leaving));
    }

    @Test
    void severalLeaveAtOnce() {
        zeros.made(100, 4096);
        Leaving first = leave(200);
        zeros.made(200, 4096);
        Leaving second = leave(300);

        assertEquals(100, zeros.tellable(300, NOW));
        assertTrue(zeros.left(first));
        assertEquals(200, zeros.tellable(300, NOW));
        assertFalse(zeros.allGone().isDone());
        assertTrue(zeros.left(second));
        assertEquals(300, zeros.tellable(300, NOW));
    }

    @Test
    void readsThatEndInSeveralPlacesLeaveTogether() {
        zeros.made(9000, 12_288);
        zeros.made(100, 8192);

        assertEquals(new Span(0, 12_288), leave(101).pages());
        assertNull(zeros.leave(Long.MAX_VALUE, NOW));
    }

    @Test
    void whatAProgramHereMakesOfThemIsData() {
        zeros.made(100, 4096);
        zeros.extendedHere(150);
        assertNull(zeros.leave(150, NOW));
        assertEquals(new Span(0, 4096), leave(151).pages());

        zeros.made(160, 4096);
        zeros.extendedHere(4096);
        assertNull(zeros.leave(Long.MAX_VALUE, NOW));
    }

    /** The kernel would cut off what the program has just written. */
    @Test
    void noSizeIsToldThatIsSmallerThanWhatAProgramHereMadeIt() {
        zeros.made(100, 4096);
        leave(300);

        zeros.extendedHere(200);
        assertEquals(200, zeros.tellable(300, NOW));
        zeros.extendedHere(5000);
        assertEquals(5000, zeros.tellable(5000, NOW));
        assertFalse(zeros.allGone().isDone());
    }

    @Test
    void aSizeIsNotOutOfDateForLong() {
        zeros.made(100, 4096);
        leave(300);

        assertEquals(100, zeros.tellable(300, NOW + InventedZeros.PATIENCE_NANOS - 1));
        assertEquals(300, zeros.tellable(300, NOW + InventedZeros.PATIENCE_NANOS));
    }

    private Leaving leave(long size) {
        Leaving leaving = zeros.leave(size, NOW);
        assertNotNull(leaving);
        return leaving;
    }
}
