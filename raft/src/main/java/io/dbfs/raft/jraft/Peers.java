package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.entity.PeerId;
import io.dbfs.raft.ReplicatedGroup.Member;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Members in JRaft's terms. */
final class Peers {
    private Peers() {}

    static PeerId peer(String raftAddress) {
        PeerId peer = new PeerId();
        if (!peer.parse(raftAddress)) {
            throw new IllegalArgumentException("raftAddress: " + raftAddress + " (expected: host:port)");
        }
        return peer;
    }

    static String address(PeerId peer) {
        return peer.getEndpoint().toString();
    }

    static Configuration configuration(Collection<Member> members) {
        Configuration configuration = new Configuration();
        for (Member member : members) {
            put(configuration, member);
        }
        return configuration;
    }

    /** Voters first. */
    static List<Member> members(Configuration configuration) {
        List<Member> members = new ArrayList<>();
        configuration.getPeers().forEach(peer -> members.add(new Member(address(peer), true)));
        configuration.getLearners().forEach(peer -> members.add(new Member(address(peer), false)));
        return members;
    }

    static Configuration with(Configuration configuration, Member member) {
        Configuration changed = configuration.copy();
        put(changed, member);
        return changed;
    }

    static Configuration without(Configuration configuration, String raftAddress) {
        Configuration changed = configuration.copy();
        PeerId peer = peer(raftAddress);
        changed.removePeer(peer);
        changed.removeLearner(peer);
        return changed;
    }

    private static void put(Configuration configuration, Member member) {
        PeerId peer = peer(member.raftAddress());
        if (member.votes()) {
            configuration.addPeer(peer);
        } else {
            configuration.addLearner(peer);
        }
    }
}
