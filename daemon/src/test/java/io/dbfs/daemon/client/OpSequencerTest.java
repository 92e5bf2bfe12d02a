package io.dbfs.daemon.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.OpId;
import org.junit.jupiter.api.Test;

final class OpSequencerTest {
    private final OpSequencer sequencer = new OpSequencer(7);

    @Test
    void numbersCountUpFromOneUnderTheClient() {
        OpId first = sequencer.next(0);
        assertEquals(7, first.getClient());
        assertEquals(1, first.getSequence());
        assertEquals(2, sequencer.next(0).getSequence());
    }

    @Test
    void onlyWhatIsAnsweredWithoutAGapIsAcknowledged() {
        OpId first = sequencer.next(0);
        OpId second = sequencer.next(0);
        sequencer.answered(second);
        assertEquals(1, sequencer.next(0).getAcknowledgedBelow(), "the first is unanswered");
        sequencer.answered(first);
        assertEquals(3, sequencer.next(0).getAcknowledgedBelow());
    }

    @Test
    void theWindowBoundsWhatTheGroupHasToRemember() {
        OpId oldest = sequencer.next(0);
        for (int i = 1; i < OpSequencer.WINDOW; i++) {
            sequencer.answered(sequencer.next(0));
        }
        FsException full = assertThrows(FsException.class, () -> sequencer.next(0));
        assertEquals(Errno.ETIMEDOUT, full.errno());
        sequencer.answered(oldest);
        OpId next = sequencer.next(0);
        assertEquals(OpSequencer.WINDOW + 1, next.getSequence());
        assertEquals(OpSequencer.WINDOW + 1, next.getAcknowledgedBelow());
    }
}
