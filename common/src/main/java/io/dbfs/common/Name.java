package io.dbfs.common;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The name of an entry: 1 to 255 bytes, any but '/' and NUL, and neither "." nor ".." (POSIX.1-2017, 3.170 Filename).
 * Names are bytes, not text.
 */
public final class Name implements Comparable<Name> {
    /** The longest name, in bytes (NAME_MAX). */
    public static final int MAX_BYTES = 255;

    private final byte[] bytes;

    private Name(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * A name of these bytes, which are copied.
     *
     * @throws FsException ENAMETOOLONG beyond 255 bytes; ENOENT when empty; EINVAL for '/', NUL, "." and ".."
     */
    public static Name of(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new FsException(Errno.ENAMETOOLONG, "name of " + bytes.length + " bytes (expected: <= 255)");
        }
        if (bytes.length == 0) {
            throw new FsException(Errno.ENOENT, "empty name");
        }
        if (isDots(bytes)) {
            throw new FsException(Errno.EINVAL, "name is \".\" or \"..\"");
        }
        for (byte b : bytes) {
            if (b == '/' || b == 0) {
                throw new FsException(Errno.EINVAL, "name holds '/' or NUL");
            }
        }
        return new Name(bytes.clone());
    }

    /** The name of these characters in UTF-8; fails as {@link #of(byte[])}. */
    public static Name of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isDots(byte[] bytes) {
        return bytes[0] == '.' && (bytes.length == 1 || (bytes.length == 2 && bytes[1] == '.'));
    }

    /** The bytes, copied. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /** The number of bytes, 1 to 255. */
    public int length() {
        return bytes.length;
    }

    /** Copies the bytes into {@code target} from {@code offset} on. */
    public void copyTo(byte[] target, int offset) {
        System.arraycopy(bytes, 0, target, offset, bytes.length);
    }

    @Override
    public int compareTo(Name other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Name name && Arrays.equals(bytes, name.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** For messages: UTF-8, with what is not UTF-8 replaced. */
    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
