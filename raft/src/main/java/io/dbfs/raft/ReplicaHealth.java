package io.dbfs.raft;

/**
 * How a replica is.
 *
 * @param detail why it does not run, in one line; empty while it does
 */
public record ReplicaHealth(State state, String detail) {
    /** It runs. */
    public static final ReplicaHealth RUNNING = new ReplicaHealth(State.RUNNING, "");

    /** What a replica does. */
    public enum State {
        /** It takes part in its group. */
        RUNNING,
        /** Its disk failed it: it takes no part, and is opened again. */
        HALTED,
        /** Its storage was damaged: it gets everything from its peers and does not vote meanwhile. */
        REFILLING
    }
}
