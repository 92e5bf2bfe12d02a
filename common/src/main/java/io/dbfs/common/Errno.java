package io.dbfs.common;

import java.util.Optional;

/** The error numbers a filesystem call may fail with, as Linux numbers them ({@code asm-generic/errno.h}). */
public enum Errno {
    /** Operation not permitted. */
    EPERM(1),
    /** No such file or directory. */
    ENOENT(2),
    /** Interrupted. */
    EINTR(4),
    /** Input/output error. */
    EIO(5),
    /** No such device or address. */
    ENXIO(6),
    /** Argument list too long. */
    E2BIG(7),
    /** Bad file descriptor. */
    EBADF(9),
    /** Try again. */
    EAGAIN(11),
    /** Out of memory. */
    ENOMEM(12),
    /** Permission denied. */
    EACCES(13),
    /** Bad address. */
    EFAULT(14),
    /** Device or resource busy. */
    EBUSY(16),
    /** File exists. */
    EEXIST(17),
    /** Cross-device link. */
    EXDEV(18),
    /** No such device. */
    ENODEV(19),
    /** Not a directory. */
    ENOTDIR(20),
    /** Is a directory. */
    EISDIR(21),
    /** Invalid argument. */
    EINVAL(22),
    /** Too many open files in system. */
    ENFILE(23),
    /** Too many open files. */
    EMFILE(24),
    /** Not a terminal. */
    ENOTTY(25),
    /** Text file busy. */
    ETXTBSY(26),
    /** File too large. */
    EFBIG(27),
    /** No space left. */
    ENOSPC(28),
    /** Illegal seek. */
    ESPIPE(29),
    /** Read-only filesystem. */
    EROFS(30),
    /** Too many links. */
    EMLINK(31),
    /** Broken pipe. */
    EPIPE(32),
    /** Result too large. */
    ERANGE(34),
    /** Deadlock would occur. */
    EDEADLK(35),
    /** File name too long. */
    ENAMETOOLONG(36),
    /** No locks available. */
    ENOLCK(37),
    /** Function not implemented. */
    ENOSYS(38),
    /** Directory not empty. */
    ENOTEMPTY(39),
    /** Too many levels of symbolic links. */
    ELOOP(40),
    /** No data available. */
    ENODATA(61),
    /** Value too large. */
    EOVERFLOW(75),
    /** Too many users. */
    EUSERS(87),
    /** Operation not supported. */
    EOPNOTSUPP(95),
    /** Timed out. */
    ETIMEDOUT(110),
    /** Stale file handle. */
    ESTALE(116),
    /** Quota exceeded. */
    EDQUOT(122),
    /** Not connected. */
    ENOTCONN(107),
    /** Canceled. */
    ECANCELED(125);

    private static final Errno[] BY_CODE = new Errno[128];

    static {
        for (Errno errno : values()) {
            BY_CODE[errno.code] = errno;
        }
    }

    private final int code;

    Errno(int code) {
        this.code = code;
    }

    /** The positive Linux number. */
    public int code() {
        return code;
    }

    /** The constant of a number; empty for 0 and for numbers that no constant has. */
    public static Optional<Errno> ofCode(int code) {
        return code > 0 && code < BY_CODE.length ? Optional.ofNullable(BY_CODE[code]) : Optional.empty();
    }
}
