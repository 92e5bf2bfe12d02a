package io.dbfs.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class InodeTypeTest {
    @Test
    void everyTypeIsFoundByItsBits() {
        for (InodeType type : InodeType.values()) {
            assertEquals(type, InodeType.ofMode(type.formatBits() | 0644));
        }
    }

    @Test
    void noTypeBitsMeanARegularFile() {
        assertEquals(InodeType.REGULAR, InodeType.ofMode(0644));
    }

    @Test
    void bitsOfNoTypeAreEinval() {
        assertEquals(
                Errno.EINVAL,
                assertThrows(FsException.class, () -> InodeType.ofMode(0170000)).errno());
    }
}
