package io.dbfs.common.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class HostPortTest {
    @Test
    void readsNamesAndBothKindsOfAddresses() {
        assertEquals(new HostPort("a.example", 7), HostPort.parse("a.example:7"));
        assertEquals(new HostPort("10.0.0.1", 7400), HostPort.parse("10.0.0.1:7400"));
        assertEquals(new HostPort("::1", 7), HostPort.parse("[::1]:7"));
        assertEquals("[::1]:7", HostPort.parse("[::1]:7").toString());
    }

    @Test
    void saysWhatIsWrong() {
        for (String text : new String[] {"", "a", ":7", "a:", "a:x", "a:70000", "::1:7"}) {
            assertThrows(IllegalArgumentException.class, () -> HostPort.parse(text), text);
        }
    }
}
