package io.dbfs.common;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class NameTest {
    @Test
    void bytesThatAreNotUtf8AreKept() {
        byte[] bytes = {(byte) 0xff, (byte) 0xfe, 1};
        assertArrayEquals(bytes, Name.of(bytes).toBytes());
    }

    @Test
    void longestNameIs255Bytes() {
        assertEquals(255, Name.of("x".repeat(255)).length());
        assertEquals(Errno.ENAMETOOLONG, refused("x".repeat(256)));
    }

    @Test
    void emptyNameIsEnoent() {
        assertEquals(Errno.ENOENT, refused(""));
    }

    @Test
    void dotsSlashAndNulAreEinval() {
        for (String text : new String[] {".", "..", "a/b", "/", "a\0"}) {
            assertEquals(Errno.EINVAL, refused(text), text);
        }
        assertEquals(3, Name.of("...").length());
    }

    @Test
    void namesOrderAsUnsignedBytes() {
        assertTrue(Name.of(new byte[] {(byte) 0x80}).compareTo(Name.of("a")) > 0);
    }

    private static Errno refused(String text) {
        return assertThrows(FsException.class, () -> Name.of(text)).errno();
    }
}
