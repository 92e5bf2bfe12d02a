package io.dbfs.cluster.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private final List<String> started = new ArrayList<>();
    private final Admission admission = new Admission(2, 2);

    @Test
    void thoseBeyondTheBoundStartInTurnAndTheRestAreRefused() {
        for (String name : List.of("a", "b", "c", "d")) {
            assertTrue(admission.enter(() -> started.add(name)));
        }
        assertFalse(admission.enter(() -> started.add("e")));
        assertEquals(List.of("a", "b"), started);
        admission.leave();
        assertEquals(List.of("a", "b", "c"), started);
        admission.leave();
        admission.leave();
        admission.leave();
        assertEquals(List.of("a", "b", "c", "d"), started);
    }

    @Test
    void placesAreFreeAgainAfterTheEnd() {
        for (int i = 0; i < 10; i++) {
            assertTrue(admission.enter(() -> started.add("x")));
            admission.leave();
        }
        assertEquals(10, started.size());
    }
}
