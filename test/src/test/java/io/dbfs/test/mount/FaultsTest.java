package io.dbfs.test.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.test.harness.Deployment;
import io.dbfs.test.harness.Digests;
import io.dbfs.test.harness.ServerProcess;
import io.dbfs.test.harness.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes are killed in the middle of the work; the programs that work do not see it. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class FaultsTest {
    /** Writes for some seconds, then reads everything back and compares. Fails on any error of any call. */
    private static final String WORK = """
            mkdir work && cd work
            for round in $(seq 1 12); do
              head -c 12000000 /dev/urandom > big-$round
              sha256sum big-$round >> sums
              for f in $(seq 1 20); do echo "$round $f" > small-$round-$f; sha256sum small-$round-$f >> sums; done
              mv big-$round moved-$round; sed -i "s/big-$round/moved-$round/" sums
              touch ../started
            done
            sha256sum -c --quiet sums
            """;

    /** Else a mount on the nodes' host would hardly miss them. */
    private static final String FROM_NODES = "read_host_files=false";

    @TempDir
    Path scratch;

    private Deployment deployment;

    @BeforeEach
    void start() throws IOException {
        deployment = Deployment.start(scratch, 3, 3, FROM_NODES);
    }

    @AfterEach
    void stop() {
        if (deployment != null) {
            deployment.close();
        }
    }

    @Test
    void theDeathOfAStorageNodeIsNotSeen() {
        workWhile(() -> deployment.followingNode());
    }

    @Test
    void theDeathOfAClusterLeaderIsNotSeen() {
        workWhile(() -> deployment.leadingNode());
    }

    @Test
    void theDeathOfASupernodeLeaderIsNotSeen() {
        workWhile(() -> deployment.leadingSupernode());
    }

    @Test
    void whatWasWrittenIsThereAfterEverythingWasKilledAndStarted() {
        Path mounted = deployment.mount();
        Shell.run(mounted, "cp -r /usr/share/common-licenses tree; head -c 20000000 /dev/urandom > big; sync big");
        String expected = Digests.ofTree(mounted);
        deployment.killEverything();
        deployment.startEverything();
        assertEquals(expected, Digests.ofTree(mounted));
    }

    /** As much log as a node has memory: a leader that sent all of it at once, or a follower that kept it, would not survive. */
    @Test
    void aNodeThatMissedALongLogIsCaughtUpAndCounts() {
        Path mounted = deployment.mount();
        ServerProcess leader = deployment.leadingNode();
        ServerProcess late = deployment.followingNode();
        late.kill();
        Shell.run(mounted, "dd if=/dev/urandom of=long bs=32k count=4000 oflag=dsync status=none");
        String expected = Digests.ofTree(mounted);
        late.start();
        deployment.awaitHealthy();
        leader.kill();
        // Two of three are left, and one of them is the one that was late.
        Shell.run(mounted, "dd if=/dev/zero of=more bs=4k count=1 oflag=dsync status=none && rm more");
        leader.start();
        deployment.awaitHealthy();
        assertTrue(deployment.servers().stream().allMatch(ServerProcess::isAlive), "a server died");
        deployment.remount();
        assertEquals(expected, Digests.ofTree(mounted));
    }

    /** Kills a process while programs work, lets them finish, starts it again, and compares on a fresh mount. */
    private void workWhile(Supplier<ServerProcess> victim) {
        Path mounted = deployment.mount();
        CompletableFuture<String> work = CompletableFuture.supplyAsync(() -> Shell.run(mounted, WORK));
        deployment.awaitFile("started");
        ServerProcess killed = victim.get();
        killed.kill();
        work.join();
        String expected = Digests.ofTree(mounted);
        killed.start();
        deployment.awaitHealthy();
        deployment.remount();
        assertEquals(expected, Digests.ofTree(mounted));
    }
}
