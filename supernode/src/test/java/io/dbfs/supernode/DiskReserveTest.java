package io.dbfs.supernode;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DiskReserveTest {
    private static final long RESERVE_BYTES = 100;

    private long usable = RESERVE_BYTES;
    private final DiskReserve reserve = new DiskReserve(RESERVE_BYTES, () -> usable);

    @Test
    void isExhaustedOnlyBelowTheReserveAndRecovers() {
        reserve.check();
        assertFalse(reserve.exhausted());
        usable--;
        reserve.check();
        assertTrue(reserve.exhausted());
        usable++;
        reserve.check();
        assertFalse(reserve.exhausted());
    }
}
