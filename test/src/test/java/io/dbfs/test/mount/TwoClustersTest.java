package io.dbfs.test.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.proto.ClusterStatus;
import io.dbfs.test.harness.Await;
import io.dbfs.test.harness.Deployment;
import io.dbfs.test.harness.Digests;
import io.dbfs.test.harness.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two clusters under one supernode: new files go to both, and one tree shows them. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class TwoClustersTest {
    @TempDir
    Path scratch;

    @Test
    void oneTreeLiesOnTwoClusters() throws IOException {
        try (Deployment deployment = Deployment.start(scratch, 1, List.of("east", "west"), 2)) {
            Path mounted = deployment.mount();
            Shell.run(mounted, "mkdir d && for i in $(seq 1 60); do head -c 40000 /dev/urandom > d/f$i; done");
            Await.until("both clusters count their files", Duration.ofSeconds(20), () -> {
                List<Long> files = deployment.status().getClustersList().stream()
                        .map(ClusterStatus::getFigures)
                        .map(figures -> figures.getFiles())
                        .toList();
                return files.stream().mapToLong(Long::longValue).sum() == 60;
            });
            for (ClusterStatus cluster : deployment.status().getClustersList()) {
                assertTrue(cluster.getFigures().getFiles() > 0, cluster.getName() + " got no file");
            }
            String expected = Digests.ofTree(mounted);
            deployment.remount();
            assertEquals(expected, Digests.ofTree(mounted));
            Shell.run(mounted, "mv d/f1 f1 && ln f1 f2 && rm -rf d && test $(ls | wc -l) = 2");
            Await.until(
                    "both clusters dropped what was removed",
                    Duration.ofSeconds(30),
                    () -> deployment.status().getClustersList().stream()
                                    .mapToLong(cluster -> cluster.getFigures().getFiles())
                                    .sum()
                            == 1);
        }
    }
}
