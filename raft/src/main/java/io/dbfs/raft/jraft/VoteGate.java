package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.RequestVoteRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.TimeoutNowRequest;
import com.google.protobuf.Message;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a replica that lost its log out of elections until it has everything it may have acknowledged before.
 *
 * <p>Why that is safe. A replica X acknowledged entries and gave votes, and has forgotten them. An entry is lost if a leader is
 * elected that lacks it, which takes X's vote, or if a leader that was deposed commits others in its place, which takes X's
 * acknowledgement. So at first X answers nothing at all: no vote, no entry, no heartbeat. It only notes who sends it entries as
 * a leader, and asks that one for its commit index <em>c</em>, confirmed by a majority (Raft's ReadIndex). As X answers no
 * heartbeat, this is a majority Q of the others, and it was asked after X began anew:
 * <ul>
 *   <li>Any majority that X was part of before shares a member with Q other than X. Whoever led with X's vote, or had an entry
 *       committed with X's acknowledgement, was in a term that this member knew, so the confirmed leader's term is not below
 *       it, and by Raft's own rule that leader has every committed entry: all of them lie at or below <em>c</em>.
 *   <li>A deposed leader cannot commit anything with X's help: of the others at most as many are outside Q as, with X, are less
 *       than a majority, and those in Q refuse an earlier term.
 * </ul>
 * Then X takes entries from whoever leads, but gives no vote and asks for none until it has applied up to <em>c</em>: from
 * there on it has what any replica has that never lost anything. What it is told to be committed is committed, whoever says so.
 *
 * <p>A vote that X gave before it began anew may still be counted by a candidate outside Q (of five voters or more). X's vote
 * file tells it the term of it, which it keeps where it can be read. Where it cannot, and for acknowledgements that are still
 * on their way, X lets ten election timeouts pass before it asks: a candidate gives up and a request has timed out long before.
 */
final class VoteGate {
    /** JRaft makes its clients itself and cannot be given this. */
    private static final ConcurrentMap<String, VoteGate> CLOSED = new ConcurrentHashMap<>();

    private volatile String leader = "";

    private VoteGate() {}

    /** Keeps a replica out of elections from now on. */
    static VoteGate close(String groupId, String raftAddress) {
        return CLOSED.computeIfAbsent(key(groupId, raftAddress), ignored -> new VoteGate());
    }

    /** Lets a replica take part in elections. */
    static void open(String groupId, String raftAddress) {
        CLOSED.remove(key(groupId, raftAddress));
    }

    /** Whether a replica may be given what a peer asks it; notes who leads. */
    static boolean admits(Message request) {
        if (CLOSED.isEmpty()) {
            return true;
        }
        if (request instanceof AppendEntriesRequest entries) {
            VoteGate gate = find(entries.getGroupId(), entries.getPeerId());
            if (gate != null) {
                gate.leader = entries.getServerId();
            }
            return true;
        }
        if (request instanceof RequestVoteRequest vote) {
            return find(vote.getGroupId(), vote.getPeerId()) == null;
        }
        return !(request instanceof TimeoutNowRequest now) || find(now.getGroupId(), now.getPeerId()) == null;
    }

    /** Whether a replica may ask a peer this. */
    static boolean allows(Object request) {
        return CLOSED.isEmpty()
                || !(request instanceof RequestVoteRequest vote)
                || find(vote.getGroupId(), vote.getServerId()) == null;
    }

    /** "host:port" of who sent entries last; empty when nobody has. */
    String leader() {
        return leader;
    }

    private static @Nullable VoteGate find(String groupId, String peer) {
        return CLOSED.get(key(groupId, peer));
    }

    private static String key(String groupId, String peer) {
        return groupId + "@" + peer;
    }
}
