package io.dbfs.cluster.leader;

import static io.dbfs.cluster.leader.VoterPolicy.Standing.DEAD;
import static io.dbfs.cluster.leader.VoterPolicy.Standing.LEAVING;
import static io.dbfs.cluster.leader.VoterPolicy.Standing.LIVE;
import static io.dbfs.cluster.leader.VoterPolicy.Standing.SILENT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.cluster.leader.VoterPolicy.Change;
import io.dbfs.cluster.leader.VoterPolicy.Peer;
import io.dbfs.cluster.leader.VoterPolicy.Standing;
import io.dbfs.raft.ReplicatedGroup.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Nodes are written {@code a1}: host a, its first node; the first voter leads. */
class VoterPolicyTest {
    private static final int STEPS_MAX = 30;
    private static final List<Standing> STANDINGS = List.of(LIVE, SILENT, LEAVING, DEAD);

    private final Map<String, Standing> nodes = new HashMap<>();
    private final List<Member> members = new ArrayList<>();

    @Test
    void threeFoundersVoteAndNothingChanges() {
        voters("a1", "b1", "c1");
        assertEquals(0, settle());
        assertEquals(Set.of("a1", "b1", "c1"), voting());
    }

    @Test
    void ofTwoNodesBothVote() {
        voters("a1");
        live("b1");
        settle();
        assertEquals(Set.of("a1", "b1"), voting());
    }

    @Test
    void aThirdNodeMakesThreeVotersAndAFourthLearns() {
        voters("a1", "b1");
        live("c1");
        settle();
        assertEquals(Set.of("a1", "b1", "c1"), voting());
        live("d1");
        settle();
        assertEquals(Set.of("a1", "b1", "c1"), voting());
        assertTrue(members.contains(new Member("d1:1", false)));
        live("e1");
        settle();
        assertEquals(Set.of("a1", "b1", "c1", "d1", "e1"), voting());
    }

    @Test
    void ofFourNodesWithTwoOnOneHostThreeOnDifferentHostsVote() {
        voters("a1", "a2", "b1", "c1");
        settle();
        assertEquals(Set.of("a", "b", "c"), hosts(voting()));
        assertEquals(3, voting().size());
    }

    @Test
    void fiveVotersOnThreeHostsAreKeptWhileNoHostHasThreeOfThem() {
        voters("a1", "a2", "b1", "b2", "c1");
        assertEquals(0, settle());
        nodes.clear();
        members.clear();
        voters("a1", "a2", "a3", "b1", "c1");
        settle();
        assertEquals(3, voting().size());
        assertEquals(Set.of("a", "b", "c"), hosts(voting()));
    }

    @Test
    void onOneHostAnOddNumberVotes() {
        voters("a1", "a2", "a3", "a4");
        settle();
        assertEquals(3, voting().size());
        voters("a1", "a2", "a3", "a4", "a5");
        assertEquals(0, settle());
        live("a6");
        settle();
        assertEquals(5, voting().size());
    }

    @Test
    void aDeadVoterIsReplacedByALearnerSoThatASecondDeathLeavesAMajority() {
        voters("a1", "b1", "c1");
        learners("d1");
        nodes.put("b1", DEAD);
        settle();
        assertEquals(Set.of("a1", "c1", "d1"), voting());
    }

    @Test
    void aVoterThatIsSilentOrStoppedKeepsItsVote() {
        voters("a1", "b1", "c1");
        learners("d1");
        nodes.put("b1", SILENT);
        assertEquals(0, settle());
        assertEquals(Set.of("a1", "b1", "c1"), voting());
    }

    @Test
    void aSilentNodeGetsNoVote() {
        voters("a1", "b1", "c1");
        learners("d1");
        nodes.put("b1", DEAD);
        nodes.put("d1", SILENT);
        assertEquals(0, settle());
    }

    @Test
    void aNodeThatComesAndGoesCausesNoChurn() {
        voters("a1", "b1", "c1");
        learners("d1");
        nodes.put("b1", DEAD);
        int changes = settle();
        for (int i = 0; i < 10; i++) {
            nodes.put("b1", LIVE);
            changes += settle();
            nodes.put("b1", DEAD);
            changes += settle();
        }
        assertEquals(3, changes, "removed, its successor added, and itself added as a learner");
        assertEquals(Set.of("a1", "c1", "d1"), voting());
    }

    @Test
    void aDeadVoterWithoutASuccessorStaysWhereItsRemovalWouldGainNothing() {
        voters("a1", "b1", "c1");
        nodes.put("b1", DEAD);
        assertEquals(0, settle());
    }

    @Test
    void ofFiveVotersTwoDeadOnesGoSoThatAnotherDeathLeavesAMajority() {
        voters("a1", "b1", "c1", "d1", "e1");
        nodes.put("b1", DEAD);
        assertEquals(0, settle(), "another death leaves a majority as it is");
        nodes.put("c1", DEAD);
        settle();
        assertEquals(Set.of("a1", "d1", "e1"), voting());
        nodes.put("b1", LIVE);
        nodes.put("c1", LIVE);
        settle();
        assertEquals(5, voting().size());
    }

    @Test
    void aVoteMovesToANewHost() {
        voters("a1", "a2", "b1");
        live("c1");
        settle();
        assertEquals(Set.of("a1", "b1", "c1"), voting());
    }

    @Test
    void aLeavingVoterGivesItsVoteToAnother() {
        voters("a1", "b1", "c1");
        learners("d1");
        nodes.put("c1", LEAVING);
        settle();
        assertEquals(Set.of("a1", "b1", "d1"), voting());
    }

    @Test
    void theLeaderKeepsItsVoteEvenWhileItLeaves() {
        voters("a1", "b1", "c1");
        learners("d1");
        nodes.put("a1", LEAVING);
        settle();
        assertTrue(voting().containsAll(Set.of("a1", "b1", "c1", "d1")), voting().toString());
    }

    @Test
    void foundersThatHaveNotJoinedYetKeepTheirVotes() {
        voters("a1", "b1", "c1", "d1");
        nodes.remove("b1");
        nodes.remove("c1");
        nodes.remove("d1");
        assertEquals(0, settle());
        assertEquals(4, voting().size());
    }

    /** Deaths, returns, arrivals: each change is one, keeps a live majority, and the changes come to an end. */
    @Test
    void changesAreFewAndEachKeepsALiveMajority() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int trial = 0; trial < 500; trial++) {
            nodes.clear();
            members.clear();
            voters("a1", "b1", "c1");
            for (int event = 0; event < 20; event++) {
                String node = "abcd".charAt(random.nextInt(4)) + "" + (1 + random.nextInt(3));
                Standing before = nodes.get(node);
                Standing now = STANDINGS.get(random.nextInt(STANDINGS.size()));
                if (node.equals("a1") || (before == null && now != LIVE)) {
                    continue;
                }
                nodes.put(node, now);
                if (!liveMajority()) {
                    nodes.put(node, before == null ? LIVE : before);
                    if (before == null) {
                        nodes.remove(node);
                    }
                    continue;
                }
                settle("seed " + seed + " trial " + trial);
            }
        }
    }

    private int settle() {
        return settle("");
    }

    /** Makes changes until there are none; how many. */
    private int settle(String what) {
        for (int step = 0; step < STEPS_MAX; step++) {
            Optional<Change> next = VoterPolicy.next(peers(), List.copyOf(members), "a1:1");
            if (next.isEmpty()) {
                return step;
            }
            apply(next.get());
            assertTrue(liveMajority(), () -> what + ": " + next + " leaves " + members + " of " + nodes);
        }
        throw new AssertionError(what + ": no end of changes, " + members + " of " + nodes);
    }

    private boolean liveMajority() {
        Set<String> voting = voting();
        long dead = voting.stream()
                .filter(node -> nodes.getOrDefault(node, SILENT) == DEAD || nodes.getOrDefault(node, LIVE) == SILENT)
                .count();
        return voting.size() - dead >= VoterPolicy.majority(voting.size());
    }

    private void apply(Change change) {
        if (change instanceof Change.Put put) {
            members.removeIf(member -> member.raftAddress().equals(put.member().raftAddress()));
            members.add(put.member());
        } else if (change instanceof Change.Remove remove) {
            assertTrue(members.removeIf(member -> member.raftAddress().equals(remove.raftAddress())));
        }
    }

    private List<Peer> peers() {
        return nodes.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(node -> new Peer(node.getKey() + ":1", node.getKey().substring(0, 1), node.getValue()))
                .toList();
    }

    private void voters(String... names) {
        members.clear();
        for (String name : names) {
            live(name);
            members.add(new Member(name + ":1", true));
        }
    }

    private void learners(String... names) {
        for (String name : names) {
            live(name);
            members.add(new Member(name + ":1", false));
        }
    }

    private void live(String name) {
        nodes.put(name, LIVE);
    }

    private Set<String> voting() {
        return members.stream()
                .filter(Member::votes)
                .map(member -> member.raftAddress().substring(0, 2))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> hosts(Set<String> names) {
        return names.stream().map(name -> name.substring(0, 1)).collect(Collectors.toCollection(TreeSet::new));
    }
}
