package io.dbfs.supernode;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DiskReserveTest {
    private long usable = DiskReserve.RESERVE_BYTES;
    private final DiskReserve reserve = new DiskReserve(() -> usable);

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
