package io.dbfs.test.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.common.Errno;
import io.dbfs.test.posix.libc.Outcome;

/** What a call is to return. */
final class Check {
    private Check() {}

    /** The call succeeds; its result. */
    static long ok(long result) {
        assertEquals("success", result < 0 ? name(result) : "success");
        return result;
    }

    /** The same where the result is a descriptor or a count. */
    static int ok(int result) {
        return (int) ok((long) result);
    }

    /** The call fails, with this errno. */
    static void fails(Errno expected, long result) {
        assertEquals(expected.toString(), result < 0 ? name(result) : "success (" + result + ")");
    }

    static void fails(Errno expected, Outcome<?> outcome) {
        fails(expected, outcome.result());
    }

    /** The name of the errno in a negative result. */
    static String name(long result) {
        return Errno.ofCode((int) -result).map(Errno::toString).orElse("errno " + -result);
    }
}
