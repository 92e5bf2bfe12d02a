package io.dbfs.common.rpc;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.Refusal;
import org.junit.jupiter.api.Test;

final class RefusalsTest {
    @Test
    void everyErrnoSurvivesTheWire() {
        for (Errno errno : Errno.values()) {
            FsException arrived =
                    assertThrows(FsException.class, () -> Refusals.check(Refusals.of(new FsException(errno, "why"))));
            assertEquals(errno, arrived.errno());
            assertEquals("why", arrived.getMessage());
        }
    }

    @Test
    void anUnknownNumberIsEio() {
        Refusal refusal = Refusal.newBuilder().setErrno(9999).build();
        assertEquals(
                Errno.EIO,
                assertThrows(FsException.class, () -> Refusals.check(refusal)).errno());
    }

    @Test
    void notLeaderCarriesTheHint() {
        Refusal refusal = Refusals.notLeader("a:1");
        assertTrue(Refusals.refused(refusal));
        assertEquals(
                "a:1",
                assertThrows(NotLeaderRefusal.class, () -> Refusals.check(refusal))
                        .leader());
    }

    @Test
    void absenceOfARefusalIsSuccess() {
        assertFalse(Refusals.refused(Refusal.getDefaultInstance()));
        assertDoesNotThrow(() -> Refusals.check(Refusal.getDefaultInstance()));
    }
}
