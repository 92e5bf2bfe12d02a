package io.dbfs.raft.runtime;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Keys that begin alike. */
public final class KeyPrefix {
    private KeyPrefix() {}

    /** Whether a key begins with a prefix. */
    public static boolean begins(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    /** The first key after all those that begin with a prefix; null where there is none. */
    public static byte @Nullable [] end(byte[] prefix) {
        int length = prefix.length;
        while (length > 0 && prefix[length - 1] == (byte) 0xff) {
            length--;
        }
        if (length == 0) {
            return null;
        }
        byte[] end = Arrays.copyOf(prefix, length);
        end[length - 1]++;
        return end;
    }
}
