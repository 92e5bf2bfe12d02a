package io.dbfs.test.posix.libc;

import java.lang.ref.Reference;
import java.util.function.LongSupplier;
import jnr.ffi.LastError;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/**
 * Lends another user's identity to the calling thread for one system call. Nothing but the call itself runs under it: the
 * JVM would load classes as that user. The saved user id stays root's, which is what makes the way back possible.
 */
final class Credentials {
    private static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");
    private static final long SETRESUID = ARM ? 147 : 117;
    private static final long SETRESGID = ARM ? 149 : 119;
    private static final long SETGROUPS = ARM ? 159 : 116;
    private static final int KEEP = -1;

    private final User user;
    private final Pointer groups;

    Credentials(User user) {
        this.user = user;
        this.groups =
                Memory.allocateDirect(LibC.RUNTIME, Math.max(1, user.groups().size()) * Integer.BYTES);
        for (int i = 0; i < user.groups().size(); i++) {
            groups.putInt((long) i * Integer.BYTES, user.groups().get(i));
        }
    }

    /** Makes the call as the user; its result, or the negative errno. */
    long call(LongSupplier call) {
        try {
            return asUser(call);
        } finally {
            // It holds the memory to which the call's arguments point; without it that may be freed in the middle.
            Reference.reachabilityFence(call);
        }
    }

    private long asUser(LongSupplier call) {
        if (user.equals(User.ROOT)) {
            return result(call.getAsLong());
        }
        require(SETGROUPS, user.groups().size(), groups.address(), 0);
        require(SETRESGID, user.gid(), user.gid(), KEEP);
        require(SETRESUID, user.uid(), user.uid(), KEEP);
        try {
            return result(call.getAsLong());
        } finally {
            require(SETRESUID, 0, 0, KEEP);
            require(SETRESGID, 0, 0, KEEP);
            require(SETGROUPS, 0, 0, 0);
        }
    }

    private static long result(long returned) {
        return returned >= 0 ? returned : -LastError.getLastError(LibC.RUNTIME);
    }

    private static void require(long number, long first, long second, long third) {
        if (LibC.CALLS.syscall(number, first, second, third) != 0) {
            throw new IllegalStateException("system call " + number + ": errno " + LastError.getLastError(LibC.RUNTIME)
                    + " (expected: tests of users run as root)");
        }
    }
}
