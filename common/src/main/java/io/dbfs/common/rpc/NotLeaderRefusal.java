package io.dbfs.common.rpc;

/** The server asked does not lead its group. Has no stack trace: it is an answer. */
public final class NotLeaderRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String leader;

    NotLeaderRefusal(String leader) {
        super("not the leader; leader: " + (leader.isEmpty() ? "unknown" : leader), null, false, false);
        this.leader = leader;
    }

    /** "host:port" of the leader's API; empty while unknown. */
    public String leader() {
        return leader;
    }
}
