package io.dbfs.cluster.leader;

import static io.dbfs.cluster.leader.VoterPolicy.Standing.DEAD;
import static io.dbfs.cluster.leader.VoterPolicy.Standing.LIVE;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dbfs.cluster.leader.RemovalPolicy.Removal;
import io.dbfs.cluster.leader.VoterPolicy.Peer;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RemovalPolicyTest {
    private static final Peer A = new Peer("a:1", "a", LIVE);
    private static final Peer B = new Peer("b:1", "b", LIVE);
    private static final Peer C = new Peer("c:1", "c", LIVE);
    private static final Peer C_DEAD = new Peer("c:1", "c", DEAD);

    @Test
    void aNodeGoesWhereTheOthersCanHoldItsChunksAndAreAMajority() {
        assertDoesNotThrow(() -> RemovalPolicy.check(removal(true, 100, 0, 2, List.of(A, B, C), A)));
        assertDoesNotThrow(() -> RemovalPolicy.check(removal(false, 0, 0, 2, List.of(A, B, C_DEAD), C_DEAD)));
    }

    @Test
    void theLastCopyIsNotLost() {
        assertEquals(Errno.EBUSY, refusal(removal(false, 0, 3, 2, List.of(A, B, C_DEAD), C_DEAD)));
        assertDoesNotThrow(() -> RemovalPolicy.check(removal(true, 0, 3, 2, List.of(A, B, C), C)));
    }

    @Test
    void enoughNodesWithEnoughRoomStay() {
        assertEquals(Errno.EBUSY, refusal(removal(true, 100, 0, 1, List.of(A, B), A)));
        assertEquals(Errno.ENOSPC, refusal(removal(true, 2001, 0, 2, List.of(A, B, C), A)));
    }

    @Test
    void theMajorityStays() {
        assertEquals(Errno.EBUSY, refusal(removal(true, 0, 0, 2, List.of(A, B, C_DEAD), B)));
        assertDoesNotThrow(() ->
                RemovalPolicy.check(removal(true, 0, 0, 2, List.of(A, C_DEAD, new Peer("d:1", "d", LIVE)), B)));
    }

    private static Errno refusal(Removal removal) {
        return assertThrows(FsException.class, () -> RemovalPolicy.check(removal))
                .errno();
    }

    /** Of a cluster with two copies, whose other nodes have room for 1000 bytes each. */
    private static Removal removal(
            boolean alive, long storedBytes, long lastCopies, int others, List<Peer> voters, Peer self) {
        List<Candidate> candidates = IntStream.range(0, others)
                .mapToObj(i -> new Candidate(i + 10, "h:1", "h", 1000, 0))
                .toList();
        return new Removal("disk1", alive, storedBytes, lastCopies, candidates, 2, voters, self);
    }
}
