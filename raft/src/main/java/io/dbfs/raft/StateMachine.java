package io.dbfs.raft;

/**
 * A deterministic state machine. The state is in a {@link KvStore}; the machine itself holds none.
 *
 * <p>Keys whose first byte is 0 belong to the runtime (applied index, remembered outcomes).
 */
@FunctionalInterface
public interface StateMachine {
    /**
     * Decides what a command does. A pure function of its arguments: no clock, no I/O but the view, no thread, no
     * randomness, no mutable field. An expected failure (ENOENT, EEXIST) is an outcome without mutations; an exception is
     * a bug and halts the replica.
     *
     * @param view the state before this command, with every earlier command's mutations
     * @param command as it was proposed; not to be changed
     */
    Decision decide(StateView view, ApplyContext at, byte[] command);
}
