package io.dbfs.common.rpc;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.Refusal;

/** The one mapping between failures and how they travel in replies. */
public final class Refusals {
    private Refusals() {}

    /** A failure the program is told of. */
    public static Refusal of(Errno errno, String message) {
        return Refusal.newBuilder().setErrno(errno.code()).setMessage(message).build();
    }

    /** A failure as it was thrown. */
    public static Refusal of(FsException failure) {
        String message = failure.getMessage();
        return of(failure.errno(), message == null ? "" : message);
    }

    /** Another process leads; {@code leader} is host:port of its API, or empty. */
    public static Refusal notLeader(String leader) {
        return Refusal.newBuilder().setNotLeader(true).setLeader(leader).build();
    }

    /** Whether the request was not carried out. */
    public static boolean refused(Refusal refusal) {
        return refusal.getErrno() != 0 || refusal.getNotLeader();
    }

    /**
     * Returns when the request was carried out.
     *
     * @throws FsException with the errno of the reply; EIO for a number unknown here
     * @throws NotLeaderRefusal when another process leads
     */
    public static void check(Refusal refusal) {
        if (refusal.getNotLeader()) {
            throw new NotLeaderRefusal(refusal.getLeader());
        }
        if (refusal.getErrno() != 0) {
            throw new FsException(Errno.ofCode(refusal.getErrno()).orElse(Errno.EIO), refusal.getMessage());
        }
    }
}
