package io.dbfs.raft.jraft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.RequestVoteRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.TimeoutNowRequest;
import com.google.protobuf.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class VoteGateTest {
    private static final String GROUP = "gated";
    private static final String SELF = "127.0.0.1:1";
    private static final String PEER = "127.0.0.1:2";

    @AfterEach
    void openAll() {
        VoteGate.open(GROUP, SELF);
    }

    @Test
    void aReplicaThatLostItsLogNeitherVotesNorAsksForVotes() {
        assertTrue(VoteGate.admits(vote(PEER, SELF)));
        VoteGate.close(GROUP, SELF);
        assertFalse(VoteGate.admits(vote(PEER, SELF)));
        assertFalse(VoteGate.admits(timeoutNow(SELF)));
        assertFalse(VoteGate.allows(vote(SELF, PEER)));
        VoteGate.open(GROUP, SELF);
        assertTrue(VoteGate.admits(vote(PEER, SELF)));
        assertTrue(VoteGate.allows(vote(SELF, PEER)));
    }

    @Test
    void othersInTheProcessVote() {
        VoteGate.close(GROUP, SELF);
        assertTrue(VoteGate.admits(vote(SELF, PEER)));
        assertTrue(VoteGate.allows(vote(PEER, SELF)));
        assertTrue(VoteGate.admits(timeoutNow(PEER)));
    }

    @Test
    void whoSendsEntriesIsKnown() {
        VoteGate gate = VoteGate.close(GROUP, SELF);
        assertEquals("", gate.leader());
        assertTrue(VoteGate.admits(entries(PEER, SELF)));
        assertEquals(PEER, gate.leader());
    }

    private static Message entries(String from, String to) {
        return AppendEntriesRequest.newBuilder()
                .setGroupId(GROUP)
                .setServerId(from)
                .setPeerId(to)
                .setTerm(1)
                .setPrevLogTerm(0)
                .setPrevLogIndex(0)
                .setCommittedIndex(0)
                .build();
    }

    private static Message vote(String from, String to) {
        return RequestVoteRequest.newBuilder()
                .setGroupId(GROUP)
                .setServerId(from)
                .setPeerId(to)
                .setTerm(1)
                .setLastLogTerm(0)
                .setLastLogIndex(0)
                .setPreVote(false)
                .build();
    }

    private static Message timeoutNow(String to) {
        return TimeoutNowRequest.newBuilder()
                .setGroupId(GROUP)
                .setServerId(PEER)
                .setPeerId(to)
                .setTerm(1)
                .build();
    }
}
