package io.dbfs.test.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.proto.ClusterStatus;
import io.dbfs.proto.NodeStatus;
import io.dbfs.test.harness.Await;
import io.dbfs.test.harness.Deployment;
import io.dbfs.test.harness.Shell;
import io.dbfs.test.harness.SmallDisks;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes on small disks of their own: full to the end, usable while full, and writable right after a delete. */
@Tag("long")
@Timeout(value = 300, unit = TimeUnit.SECONDS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class FullDisksTest {
    private static final int DISK_MEGABYTES = 200;
    /** With so much room. */
    private static final long CHUNK_BYTES_MAX = 4 << 20;

    @TempDir
    static Path scratch;

    private static SmallDisks disks;
    private static Deployment deployment;

    @BeforeAll
    static void start() throws IOException {
        disks = SmallDisks.mount(scratch, DISK_MEGABYTES, List.of("main1", "main2", "main3"));
        deployment = Deployment.start(scratch, 1, 3);
    }

    @AfterAll
    static void stop() {
        if (deployment != null) {
            deployment.close();
        }
        if (disks != null) {
            disks.close();
        }
    }

    @Test
    @Order(1)
    void whatIsOverwrittenBeforeItIsCommittedDoesNotStay() {
        Shell.run(deployment.mount(), """
            perl -e '
              open my $f, "+>", "again" or die;
              my $data = "x" x (9 << 20);
              for (1 .. 40) { sysseek $f, 0, 0; syswrite($f, $data) == length $data or die "$!" }
            '
            sync again
            """);
        // What is dead of a chunk that is in use otherwise may stay.
        await("nodes hold no chunk that no file refers to", () -> {
            ClusterStatus cluster = deployment.status().getClusters(0);
            long inUse = cluster.getFigures().getChunks() * 2 * CHUNK_BYTES_MAX;
            return cluster.getFigures().getReferencedBytes() == 2 * (9L << 20) && stored(cluster) <= inUse;
        });
        Shell.run(deployment.mount(), "rm again");
        await("nothing is stored", () -> stored(deployment.status().getClusters(0)) == 0);
    }

    @Test
    @Order(2)
    void disksAreFilledToTheEndAndWorkOn() {
        long before = availableBytes();
        assertTrue(before > DISK_MEGABYTES * (1L << 20) * 3 / 2 / 2, "df shows " + before);
        Shell.Result full = write("big");
        assertNotEquals(0, full.status());
        assertTrue(full.output().contains("No space left on device"), full.output());
        await("at most 2 % of " + before + " bytes are left", () -> availableBytes() <= before / 50);
        long stored =
                Long.parseLong(Shell.run(deployment.mount(), "stat -c %s big").strip());
        assertTrue(stored >= before * 0.96, stored + " of " + before + " bytes were stored");
        assertEquals("", Shell.run(deployment.mount(), "cmp -n " + stored + " big <(seq 1 100000000)"));

        Shell.run(
                deployment.mount(),
                "mkdir d && touch d/empty && ln -s big d/link && mv d/empty d/moved && chmod 600 big");
        Shell.Result again = write("more");
        assertTrue(again.output().contains("No space left on device"), again.output());
        assertTrue(!again.output().contains("timed out"), again.output());

        Shell.Result afresh = Shell.tryRun(
                deployment.mount(),
                Duration.ofMinutes(3),
                "rm big more && head -c 50000000 /dev/urandom > new && sync new");
        assertEquals(0, afresh.status(), () -> afresh.output() + deployment.logs());
        Shell.run(deployment.mount(), "rm -r new d");
    }

    private static void await(String what, Callable<Boolean> condition) {
        try {
            Await.until(what, Duration.ofSeconds(60), condition);
        } catch (AssertionError late) {
            throw new AssertionError(late.getMessage() + "\n" + deployment.status() + "\n" + deployment.logs(), late);
        }
    }

    private static Shell.Result write(String name) {
        return Shell.tryRun(deployment.mount(), Duration.ofMinutes(3), "seq 1 100000000 > " + name);
    }

    private static long availableBytes() {
        return Long.parseLong(Shell.run(deployment.mount(), "df --output=avail -B1 . | tail -1")
                .strip());
    }

    private static long stored(ClusterStatus cluster) {
        return cluster.getNodesList().stream()
                .mapToLong(NodeStatus::getChunkBytes)
                .sum();
    }
}
