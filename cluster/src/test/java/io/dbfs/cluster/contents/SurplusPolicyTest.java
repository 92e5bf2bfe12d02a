package io.dbfs.cluster.contents;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.cluster.contents.SurplusPolicy.Copy;
import java.util.List;
import org.junit.jupiter.api.Test;

class SurplusPolicyTest {
    @Test
    void nothingIsDroppedWhereThereAreNotTooMany() {
        assertEquals(List.of(), SurplusPolicy.surplus(List.of(copy(1, "a"), copy(2, "a")), 2));
    }

    @Test
    void ofCopiesOnDifferentHostsTheLatestAddedGoes() {
        assertEquals(List.of(3), SurplusPolicy.surplus(List.of(copy(1, "a"), copy(2, "b"), copy(3, "c")), 2));
        assertEquals(List.of(3, 2), SurplusPolicy.surplus(List.of(copy(1, "a"), copy(2, "b"), copy(3, "c")), 1));
    }

    @Test
    void copiesThatShareAHostGoFirst() {
        assertEquals(List.of(2), SurplusPolicy.surplus(List.of(copy(1, "a"), copy(2, "a"), copy(3, "b")), 2));
        assertEquals(List.of(3), SurplusPolicy.surplus(List.of(copy(1, "a"), copy(2, "b"), copy(3, "a")), 2));
    }

    @Test
    void aCopyWhereSpaceIsShortGoesBeforeTheLatest() {
        assertEquals(List.of(2), SurplusPolicy.surplus(List.of(copy(1, "a"), shortOfSpace(2, "b"), copy(3, "c")), 2));
        assertEquals(
                List.of(3),
                SurplusPolicy.surplus(List.of(copy(1, "a"), shortOfSpace(2, "b"), copy(3, "a")), 2),
                "a host that would have two copies comes first");
        assertEquals(List.of(1), SurplusPolicy.surplus(List.of(shortOfSpace(1, "a"), copy(2, "a"), copy(3, "b")), 2));
    }

    private static Copy copy(int node, String host) {
        return new Copy(node, host, false);
    }

    private static Copy shortOfSpace(int node, String host) {
        return new Copy(node, host, true);
    }
}
