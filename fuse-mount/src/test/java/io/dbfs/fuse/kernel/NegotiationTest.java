package io.dbfs.fuse.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.fuse.kernel.Negotiation.Flag;
import org.junit.jupiter.api.Test;

final class NegotiationTest {
    @Test
    void onlyWhatTheKernelOffersIsAgreed() {
        Negotiation none = Negotiation.of(31, 0, 131_072, 64);
        assertEquals(31, none.minor());
        assertEquals(0, none.flags());
        assertFalse(none.has(Flag.MAX_PAGES));
    }

    @Test
    void newerKernelsSpeakTheVersionWeKnow() {
        Negotiation all = Negotiation.of(99, -1, 131_072, 64);
        assertEquals(38, all.minor());
        for (Flag flag : Flag.values()) {
            assertTrue(all.has(flag), flag.name());
        }
        assertEquals(Flag.values().length, Long.bitCount(all.flags()));
    }

    @Test
    void readAheadIsAtLeastOneRequest() {
        assertEquals(1 << 20, Negotiation.of(38, -1, 131_072, 64).maxReadaheadBytes());
        assertEquals(4 << 20, Negotiation.of(38, -1, 4 << 20, 64).maxReadaheadBytes());
    }
}
