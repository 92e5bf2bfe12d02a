package io.dbfs.raft.jraft;

import io.dbfs.raft.ReplicatedGroup.Member;
import java.util.List;

/** Whether a replica can lose its log and be filled again by its group. */
final class RefillPolicy {
    private RefillPolicy() {}

    /**
     * Whether the other voters alone are a majority: then one of them leads, or can, and has everything that was
     * acknowledged. Of two voters the other one has everything as well, but cannot lead without this one's vote, which is
     * not to be given by who has lost it.
     *
     * @param members as this replica knew them last; empty when it does not know: then it waits for a leader to come
     */
    static boolean othersSuffice(String self, List<Member> members) {
        long voters = members.stream().filter(Member::votes).count();
        long others = members.stream()
                .filter(member -> member.votes() && !member.raftAddress().equals(self))
                .count();
        return members.isEmpty() || others > voters / 2;
    }
}
