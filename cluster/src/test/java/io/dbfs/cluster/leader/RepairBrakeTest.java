package io.dbfs.cluster.leader;

import static io.dbfs.cluster.leader.RepairBrake.Silence.DEAD;
import static io.dbfs.cluster.leader.RepairBrake.Silence.NONE;
import static io.dbfs.cluster.leader.RepairBrake.Silence.OVERDUE;
import static io.dbfs.cluster.leader.RepairBrake.Silence.SUSPECT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.cluster.leader.RepairBrake.Silence;
import io.dbfs.cluster.leader.RepairBrake.Verdict;
import io.dbfs.cluster.leader.RepairBrake.Watched;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RepairBrakeTest {
    @Test
    void aSingleNodeIsDeclaredDeadAfterItsTime() {
        assertEquals(new Verdict(Set.of(), Set.of()), judge("abc", NONE, NONE, SUSPECT));
        assertEquals(new Verdict(Set.of(3), Set.of()), judge("abc", NONE, NONE, DEAD));
        assertEquals(new Verdict(Set.of(2), Set.of()), judge("ab", NONE, DEAD));
    }

    @Test
    void aWholeHostIsDeclaredDeadHoweverManyNodesItHas() {
        assertEquals(new Verdict(Set.of(1, 2), Set.of()), judge("aabb", DEAD, DEAD, NONE, NONE));
        assertEquals(new Verdict(Set.of(2, 3), Set.of()), judge("aaa", NONE, DEAD, DEAD));
    }

    @Test
    void manyNodesOnSeveralHostsAreHeldUntilTheyAreOverdue() {
        assertEquals(new Verdict(Set.of(), Set.of(3, 4)), judge("abcd", NONE, NONE, DEAD, DEAD));
        assertEquals(new Verdict(Set.of(), Set.of(3)), judge("abcd", NONE, NONE, DEAD, SUSPECT));
        assertEquals(new Verdict(Set.of(3), Set.of(4)), judge("abcd", NONE, NONE, OVERDUE, DEAD));
    }

    @Test
    void twoOfManyAreNoLargeShare() {
        assertEquals(new Verdict(Set.of(1, 2), Set.of()), judge("abcdef", DEAD, DEAD, NONE, NONE, NONE, NONE));
        assertEquals(new Verdict(Set.of(), Set.of(1, 2, 3)), judge("abcdef", DEAD, DEAD, DEAD, NONE, NONE, NONE));
    }

    private static Verdict judge(String hosts, Silence... silences) {
        List<Watched> nodes = new ArrayList<>();
        for (int i = 0; i < silences.length; i++) {
            nodes.add(new Watched(i + 1, hosts.substring(i, i + 1), silences[i]));
        }
        return RepairBrake.judge(nodes);
    }
}
