package io.dbfs.common.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class QuantitiesTest {
    @Test
    void sizesHaveBinaryUnits() {
        assertEquals(Optional.of(8L << 20), Quantities.bytes("8MiB"));
        assertEquals(Optional.of(1L << 10), Quantities.bytes("1 KiB"));
        assertEquals(Optional.empty(), Quantities.bytes("8"));
        assertEquals(Optional.empty(), Quantities.bytes("8MB"));
        assertEquals(Optional.empty(), Quantities.bytes("-1B"));
        assertEquals(Optional.empty(), Quantities.bytes("99999999999999PiB"));
    }

    @Test
    void durationsHaveUnits() {
        assertEquals(Optional.of(Duration.ofMillis(500)), Quantities.duration("500ms"));
        assertEquals(Optional.of(Duration.ofDays(7)), Quantities.duration("7d"));
        assertEquals(Optional.empty(), Quantities.duration("30"));
    }

    @Test
    void sizesAreToldInTheUnitThatFits() {
        assertEquals("0 B", Quantities.describeBytes(0));
        assertEquals("1023 B", Quantities.describeBytes(1023));
        assertEquals("1.5 KiB", Quantities.describeBytes(1536));
        assertEquals("100 GiB", Quantities.describeBytes(100L << 30));
        assertEquals("8.0 EiB", Quantities.describeBytes(Long.MAX_VALUE));
    }
}
