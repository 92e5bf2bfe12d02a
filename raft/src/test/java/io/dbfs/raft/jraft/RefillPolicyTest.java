package io.dbfs.raft.jraft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.raft.ReplicatedGroup.Member;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RefillPolicyTest {
    @ParameterizedTest
    @CsvSource({"1, false", "2, false", "3, true", "4, true", "5, true"})
    void theOtherVotersMustBeAMajorityOfAll(int voters, boolean suffice) {
        assertEquals(suffice, RefillPolicy.othersSuffice("h:0", voters(voters)));
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "3"})
    void aLearnerIsFilledByAnyVoters(int voters) {
        List<Member> members = Stream.concat(voters(voters).stream(), Stream.of(new Member("h:9", false)))
                .toList();
        assertTrue(RefillPolicy.othersSuffice("h:9", members));
    }

    @Test
    void whoKnowsNoMembersWaitsForThem() {
        assertTrue(RefillPolicy.othersSuffice("h:0", List.of()));
    }

    private static List<Member> voters(int count) {
        return IntStream.range(0, count)
                .mapToObj(index -> new Member("h:" + index, true))
                .toList();
    }
}
