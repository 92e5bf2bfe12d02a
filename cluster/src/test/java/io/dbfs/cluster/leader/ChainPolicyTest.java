package io.dbfs.cluster.leader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ChainPolicyTest {
    private static final long SEED = 20261122;
    private static final long CHUNK = 8 << 20;
    private static final long GIB = 1L << 30;

    private final ChainPolicy policy = new ChainPolicy(new SplittableRandom(SEED));

    @Test
    void aChainIsOfDistinctNodes() {
        List<Candidate> three = List.of(node(1, GIB, 0), node(2, GIB, 0), node(3, GIB, 0));
        for (int i = 0; i < 1000; i++) {
            List<Candidate> chain = policy.choose(three, 2, 2, CHUNK, Set.of(), "");
            assertEquals(2, chain.size());
            assertNotEquals(chain.get(0), chain.get(1));
        }
    }

    @Test
    void nodesGetChunksInProportionToTheirFreeSpaceAndIdleness() {
        int[] first = firsts(List.of(node(1, 3 * GIB, 0), node(2, GIB, 0), node(3, GIB, 1)), "");
        assertTrue(first[1] > 2 * first[2], "seed " + SEED + ": " + Arrays.toString(first));
        assertTrue(first[2] > 2 * first[3], "seed " + SEED + ": " + Arrays.toString(first));
        assertTrue(first[3] > 0, "seed " + SEED + ": " + Arrays.toString(first));
    }

    @Test
    void aNodeWithoutRoomIsNotTaken() {
        List<Candidate> nodes = List.of(node(1, CHUNK - 1, 0), node(2, GIB, 0), node(3, GIB, 0));
        assertEquals(Set.of(2, 3), ids(policy.choose(nodes, 3, 1, CHUNK, Set.of(), "")));
    }

    @Test
    void anAvoidedNodeIsTakenOnlyWhereTooFewAreLeft() {
        List<Candidate> three = List.of(node(1, GIB, 0), node(2, GIB, 0), node(3, GIB, 0));
        List<Candidate> two = List.of(three.get(0), three.get(2));
        assertEquals(Set.of(2, 3), ids(policy.choose(three, 2, 2, CHUNK, Set.of(1), "")));
        assertEquals(Set.of(1, 3), ids(policy.choose(two, 2, 2, CHUNK, Set.of(1), "")));
        assertEquals(Set.of(3), ids(policy.choose(two, 2, 1, CHUNK, Set.of(1), "")));
    }

    @Test
    void theFirstReplicaIsNearTheWriterWhileThatNodeIsNotMuchFuller() {
        List<Candidate> even = List.of(node(1, GIB, 0), node(2, GIB, 0), node(3, GIB, 0));
        List<Candidate> full = List.of(node(1, GIB, 0), node(2, GIB / 10, 0), node(3, GIB, 0));
        assertEquals(1000, firsts(even, "host-2")[2]);
        assertTrue(firsts(full, "host-2")[2] < 200, "seed " + SEED);
    }

    @Test
    void copiesLieOnDifferentHostsWhereTwoHaveRoom() {
        List<Candidate> four = List.of(on("a", 1, GIB), on("a", 2, GIB), on("b", 3, GIB), on("b", 4, GIB));
        List<Candidate> fullHost = List.of(on("a", 1, GIB), on("a", 2, GIB), on("b", 3, CHUNK - 1));
        for (int i = 0; i < 1000; i++) {
            assertEquals(2, hosts(policy.choose(four, 2, 2, CHUNK, Set.of(), "")), "seed " + SEED);
            assertEquals(2, hosts(policy.choose(four, 2, 2, CHUNK, Set.of(), "a")), "seed " + SEED);
            assertEquals(2, hosts(policy.choose(four, 3, 2, CHUNK, Set.of(), "")), "seed " + SEED);
            assertEquals(Set.of(1, 2), ids(policy.choose(fullHost, 2, 2, CHUNK, Set.of(), "")), "seed " + SEED);
        }
    }

    private static long hosts(List<Candidate> chain) {
        return chain.stream().map(Candidate::host).distinct().count();
    }

    private static Candidate on(String host, int id, long freeBytes) {
        return new Candidate(id, host + ":" + id, host, freeBytes, 0);
    }

    /** How often each node came first in 1000 chains, by its id. */
    private int[] firsts(List<Candidate> nodes, String nearHost) {
        int[] first = new int[4];
        for (int i = 0; i < 1000; i++) {
            int node =
                    policy.choose(nodes, 2, 2, CHUNK, Set.of(), nearHost).get(0).nodeId();
            first[node]++;
        }
        return first;
    }

    private static Set<Integer> ids(List<Candidate> chain) {
        Set<Integer> ids = new TreeSet<>();
        chain.forEach(node -> ids.add(node.nodeId()));
        return ids;
    }

    private static Candidate node(int id, long freeBytes, double busy) {
        return new Candidate(id, "host-" + id + ":1", "host-" + id, freeBytes, busy);
    }
}
