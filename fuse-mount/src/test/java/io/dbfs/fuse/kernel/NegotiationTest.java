package io.dbfs.fuse.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.fuse.kernel.Negotiation.Flag;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class NegotiationTest {
    @Test
    void onlyWhatTheKernelOffersIsAgreed() {
        Negotiation none = Negotiation.of(31, 0, 131_072, 64, Set.of());
        assertEquals(31, none.minor());
        assertEquals(0, none.flags());
        assertFalse(none.has(Flag.MAX_PAGES));
    }

    @Test
    void newerKernelsSpeakTheVersionWeKnow() {
        Negotiation all = Negotiation.of(99, -1, 131_072, 64, Set.of());
        assertEquals(39, all.minor());
        for (Flag flag : Flag.values()) {
            assertTrue(all.has(flag), flag.name());
        }
        assertEquals(Flag.values().length, Long.bitCount(all.flags()));
    }

    @Test
    void namesCanBeDroppedAllAtOnceSinceVersion44() {
        assertFalse(Negotiation.of(43, -1, 131_072, 64, Set.of()).epochs());
        assertTrue(Negotiation.of(44, -1, 131_072, 64, Set.of()).epochs());
    }

    @Test
    void whatIsNotWantedIsNotAskedFor() {
        Negotiation agreed = Negotiation.of(38, -1, 131_072, 64, Set.of(Flag.POSIX_ACL));
        assertFalse(agreed.has(Flag.POSIX_ACL));
        assertEquals(Flag.values().length - 1, Long.bitCount(agreed.flags()));
    }

    @Test
    void readAheadIsAtLeastOneRequest() {
        assertEquals(1 << 20, Negotiation.of(38, -1, 131_072, 64, Set.of()).maxReadaheadBytes());
        assertEquals(4 << 20, Negotiation.of(38, -1, 4 << 20, 64, Set.of()).maxReadaheadBytes());
    }

    @Test
    void readAheadIsCongestedLongBeforeReleasesAreHeldBack() {
        assertEquals(48, Negotiation.of(38, -1, 131_072, 512, Set.of()).congestion());
        assertEquals(9, Negotiation.of(38, -1, 131_072, 12, Set.of()).congestion());
        assertEquals(1, Negotiation.of(38, -1, 131_072, 1, Set.of()).congestion());
    }
}
