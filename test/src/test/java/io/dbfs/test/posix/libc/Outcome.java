package io.dbfs.test.posix.libc;

import io.dbfs.common.Errno;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a call that gives more than a number gave: the value, or the negative errno. */
public final class Outcome<T> {
    private final @Nullable T value;
    private final long result;

    private Outcome(@Nullable T value, long result) {
        this.value = value;
        this.result = result;
    }

    static <T> Outcome<T> of(T value) {
        return new Outcome<>(value, 0);
    }

    static <T> Outcome<T> failed(long result) {
        return new Outcome<>(null, result);
    }

    /** 0, or the negative errno. */
    public long result() {
        return result;
    }

    /** The value; fails the test when there is none. */
    public T get() {
        if (value == null) {
            throw new AssertionError(
                    "failed with " + Errno.ofCode((int) -result).orElseThrow());
        }
        return Objects.requireNonNull(value);
    }
}
