package io.dbfs.daemon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LifetimeTest {
    @Test
    void aPartThatFailsInAnyWayDoesNotKeepTheOthersFromEnding() {
        List<String> ended = Collections.synchronizedList(new ArrayList<>());
        try (Lifetime lifetime = Lifetime.begin()) {
            lifetime.add("write-back", () -> ended.add("write-back"));
            lifetime.add("fault", () -> {
                throw new NoClassDefFoundError("gone");
            });
            lifetime.add("failure", () -> {
                throw new IllegalStateException("stuck");
            });
            lifetime.add("mount", () -> ended.add("mount"));
        }
        assertEquals(List.of("mount", "write-back"), ended);
    }
}
