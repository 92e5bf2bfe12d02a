package io.dbfs.daemon.vfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DropBehindTest {
    private static final int WRITE = 1 << 20;

    private final DropBehind dropBehind = new DropBehind();

    @Test
    void aRunThatIsNotLongIsKept() {
        assertEquals(List.of(), run(5, DropBehind.KEPT_BYTES));
    }

    @Test
    void aLongRunIsDroppedBehindTheWriterWithoutAGap() {
        long start = 12_345;
        long length = 4 * DropBehind.KEPT_BYTES;

        List<Span> dropped = run(start, length);

        long next = start;
        for (Span span : dropped) {
            assertEquals(next, span.offset());
            assertTrue(span.length() >= DropBehind.STEP_BYTES, span.toString());
            next += span.length();
        }
        assertTrue(start + length - next < DropBehind.STEP_BYTES, dropped.toString());
    }

    @Test
    void whatIsWrittenHereAndThereIsKept() {
        List<Span> dropped = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            dropBehind.wrote((long) (i * 7919 % 1000) * WRITE, WRITE).ifPresent(dropped::add);
        }
        assertEquals(List.of(), dropped);
    }

    @Test
    void aRunElsewhereBeginsAnew() {
        run(0, 2 * DropBehind.KEPT_BYTES);

        assertEquals(List.of(), run(1L << 40, DropBehind.KEPT_BYTES));
    }

    private List<Span> run(long start, long length) {
        List<Span> dropped = new ArrayList<>();
        for (long offset = start; offset < start + length; offset += WRITE) {
            dropBehind.wrote(offset, WRITE).ifPresent(dropped::add);
        }
        return dropped;
    }
}
