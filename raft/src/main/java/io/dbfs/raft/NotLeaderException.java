package io.dbfs.raft;

/** This replica does not lead, so what was asked did not and will not happen here. Has no stack trace. */
public final class NotLeaderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String leaderRaftAddress;

    /** With "host:port" of the leader's Raft endpoint, empty while unknown. */
    public NotLeaderException(String leaderRaftAddress) {
        super(
                "not the leader; leader: " + (leaderRaftAddress.isEmpty() ? "unknown" : leaderRaftAddress),
                null,
                false,
                false);
        this.leaderRaftAddress = leaderRaftAddress;
    }

    /** "host:port" of the leader's Raft endpoint, empty while unknown. */
    public String leaderRaftAddress() {
        return leaderRaftAddress;
    }
}
