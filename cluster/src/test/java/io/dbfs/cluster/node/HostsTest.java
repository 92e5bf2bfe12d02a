package io.dbfs.cluster.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.Health;
import io.dbfs.proto.ListedNode;
import io.dbfs.proto.NodeState;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real nodes on several hosts: who votes, where copies lie, and what happens when nodes stop, die, return and leave. */
class HostsTest {
    private static final int FILES = 8;

    @TempDir
    Path directory;

    private final byte[] bytes = new byte[100_000];

    HostsTest() {
        new Random(1).nextBytes(bytes);
    }

    @Test
    void votersAreReplacedWhenOneDiesSoThatASecondDeathLeavesAMajority() throws Exception {
        try (NodeFleet fleet = new NodeFleet(directory, "a1", "a2", "b1", "c1")) {
            until(
                    "one voter on each host",
                    () -> hosts(fleet.voters()) == 3 && fleet.voters().size() == 3);
            fleet.kill("b1");
            until("a voter in its place", () -> fleet.voters().equals(List.of("a1", "a2", "c1")));
            fleet.start("b1");
            until(
                    "the vote of a host that returned",
                    () -> hosts(fleet.voters()) == 3 && fleet.voters().size() == 3);
            fleet.kill("b1");
            until("a voter in its place again", () -> fleet.voters().equals(List.of("a1", "a2", "c1")));
            fleet.kill("c1");
            fleet.write(1, bytes);
            assertEquals(List.of("a1", "a2"), fleet.holders(1));
        }
    }

    @Test
    void copiesMoveToAnotherHostWhenOneComesAndBackTogetherWhenItDies() throws Exception {
        try (NodeFleet fleet = new NodeFleet(directory, "a1", "a2")) {
            for (long inode = 1; inode <= FILES; inode++) {
                fleet.write(inode, bytes);
            }
            assertEquals(List.of("a1", "a2"), fleet.holders(1));
            fleet.start("b1");
            for (long inode = 1; inode <= FILES; inode++) {
                long file = inode;
                until("copies on two hosts", () -> fleet.holders(file).size() == 2 && fleet.hosts(file) == 2);
            }
            fleet.write(FILES + 1, bytes);
            assertEquals(2, fleet.hosts(FILES + 1));
            fleet.kill("b1");
            for (long inode = 1; inode <= FILES + 1; inode++) {
                long file = inode;
                until("two copies again", () -> fleet.holders(file).equals(List.of("a1", "a2")));
                assertArrayEquals(bytes, fleet.client().read(fleet.leaderAddress(), file));
            }
        }
    }

    @Test
    void aNodeThatStopsInOrderIsWaitedForEvenWhereItLed() throws Exception {
        try (NodeFleet fleet = new NodeFleet(directory, "a1", "b1", "c1")) {
            until("three voters", () -> fleet.voters().size() == 3);
            String stopped = fleet.leader();
            fleet.stop(stopped);
            until(
                    "it is silent for longer than a dead node may be",
                    () -> fleet.node(stopped).getSilentMillis() > 6000);
            ListedNode waitedFor = fleet.node(stopped);
            assertEquals(NodeState.ACTIVE, waitedFor.getRecord().getState());
            assertTrue(waitedFor.getRecord().getStopped());
            fleet.start(stopped);
            until("it is back", () -> isHealthy(fleet.node(stopped)));
        }
    }

    @Test
    void aNodeThatReturnsAfterItWasDeclaredDeadKeepsItsData() throws Exception {
        try (NodeFleet fleet = new NodeFleet(directory, "a1", "b1", "c1")) {
            until("three voters", () -> fleet.voters().size() == 3);
            for (long inode = 1; inode <= FILES; inode++) {
                fleet.write(inode, bytes);
            }
            long file = 1;
            List<String> before = fleet.holders(file);
            fleet.kill(before.get(1));
            until(
                    "another copy",
                    () -> fleet.holders(file).size() == 2
                            && !fleet.holders(file).equals(before));
            fleet.start(before.get(1));
            until("the copies lie as before", () -> fleet.holders(file).equals(before));
            assertArrayEquals(bytes, fleet.client().read(fleet.leaderAddress(), file));
        }
    }

    @Test
    void aNodeIsRemovedUnlessTheClusterNeedsIt() throws Exception {
        try (NodeFleet fleet = new NodeFleet(directory, "a1", "b1", "c1", "d1")) {
            until("three voters", () -> fleet.voters().size() == 3);
            fleet.write(1, bytes);
            until("all report themselves", () -> fleet.nodes().stream().allMatch(HostsTest::isHealthy));
            String removed = fleet.leader();
            fleet.remove(removed);
            until("it is forgotten", () -> fleet.nodes().size() == 3);
            until(
                    "its vote is another's",
                    () -> fleet.voters().size() == 3 && !fleet.voters().contains(removed));
            assertArrayEquals(bytes, fleet.client().read(fleet.leaderAddress(), 1));

            List<String> left = fleet.voters().stream()
                    .filter(name -> !name.equals(leaderOf(fleet)))
                    .toList();
            fleet.kill(left.get(0));
            until("its death is seen", () -> fleet.node(left.get(0)).getHealth() == Health.DEAD);
            FsException refused = assertThrows(FsException.class, () -> fleet.remove(left.get(1)));
            assertEquals(Errno.EBUSY, refused.errno());
            until(
                    "copies on those that live",
                    () -> !fleet.holders(1).contains(left.get(0))
                            && fleet.holders(1).size() == 2);
            fleet.remove(left.get(0));
            until("the dead one is forgotten", () -> fleet.nodes().size() == 2);
            assertEquals(2, fleet.voters().size());
        }
    }

    private static String leaderOf(NodeFleet fleet) {
        try {
            return fleet.leader();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isHealthy(ListedNode node) {
        return node.getHealth() == Health.HEALTHY && !node.getRecord().getStopped();
    }

    private static long hosts(List<String> names) {
        return names.stream().map(name -> name.substring(0, 1)).distinct().count();
    }

    private static void until(String what, Callable<Boolean> condition) throws InterruptedException {
        Await.until(what, () -> {
            try {
                return condition.call();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }
}
