package io.dbfs.raft;

import java.util.List;

/**
 * What a command does: all of its mutations at once, and the outcome its proposer gets.
 *
 * @param outcome encoded by the machine; handed over
 */
public record Decision(List<Mutation> mutations, byte[] outcome) {
    public Decision {
        mutations = List.copyOf(mutations);
    }
}
