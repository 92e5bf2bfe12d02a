package io.dbfs.test.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.test.harness.Await;
import io.dbfs.test.harness.Deployment;
import io.dbfs.test.harness.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Holes, fallocate(1) and plain cp(1) on a mount of separate processes: what programs see of sparse and cloned files. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
final class DataTest {
    @TempDir
    static Path scratch;

    private static Deployment deployment;

    @BeforeAll
    static void start() throws IOException {
        deployment = Deployment.start(scratch, 1, 3);
    }

    @AfterAll
    static void stop() {
        if (deployment != null) {
            deployment.close();
        }
    }

    /** Chunks of removed files are released in the background: what a test counts must not fall while it counts. */
    @BeforeEach
    void awaitRelease() {
        Await.until("the chunks of earlier tests are released", Duration.ofMinutes(2), () -> chunks() == 0);
    }

    @Test
    void cpClonesAndTheChunksGoWithTheLastCopy() {
        Shell.run(deployment.mount(), "head -c 50000000 /dev/urandom > clone-source && sha256sum < clone-source > sum");
        Await.until("the source's chunks are counted", Duration.ofSeconds(30), () -> chunks() > 0);
        Shell.run(deployment.mount(), """
            cp clone-source copy1
            dd if=clone-source of=copy2 bs=1M status=none
            for i in $(seq 1 20); do cp copy1 again$i; done
            """);
        deployment.remount();
        Shell.run(deployment.mount(), """
            for f in copy1 copy2 again1 again20; do sha256sum < $f | cmp - sum; done
            rm clone-source copy2 again*
            sha256sum < copy1 | cmp - sum
            printf changed | dd of=copy1 bs=1 seek=1000 conv=notrunc status=none
            cp copy1 copy3
            printf CHANGED | dd of=copy3 bs=1 seek=1000 conv=notrunc status=none
            test "$(dd if=copy1 bs=1 skip=1000 count=7 status=none)" = changed
            test "$(dd if=copy3 bs=1 skip=1000 count=7 status=none)" = CHANGED
            cmp <(tail -c +1008 copy1) <(tail -c +1008 copy3)
            """);
        Shell.run(deployment.mount(), "rm copy1 copy3 sum");
        Await.until("the chunks are gone", Duration.ofSeconds(60), () -> chunks() == 0);
    }

    @Test
    void copiesTakeNoSpace() {
        Shell.run(deployment.mount(), "head -c 20000000 /dev/urandom > space-source && sync space-source");
        Await.until("the source's chunks are counted", Duration.ofSeconds(30), () -> chunks() >= 3);
        Shell.run(deployment.mount(), """
            for i in $(seq 1 10); do cp space-source space-copy$i; done
            head -c 20000000 /dev/urandom > space-other && sync space-other
            """);
        // Chunks are reported once a second: the report that has those of the last file has everything before it.
        Await.until("the last file's chunks are counted", Duration.ofSeconds(30), () -> chunks() >= 6);
        assertEquals(6, chunks(), "chunks of two files of three each, with ten copies of one");
        Shell.run(deployment.mount(), "cmp space-source space-copy10 && rm space-*");
        Await.until("the chunks are gone", Duration.ofSeconds(60), () -> chunks() == 0);
    }

    @Test
    void holesAreSeenAndKept() {
        assertEquals("", Shell.run(deployment.mount(), """
            truncate -s 1G sparse
            printf data | dd of=sparse bs=1 seek=500000000 conv=notrunc status=none
            test "$(du --block-size=1 sparse | cut -f1)" -lt 65536
            cp sparse '%1$s/local'
            test "$(du --block-size=1 '%1$s/local' | cut -f1)" -lt 1048576
            cmp sparse '%1$s/local'
            cp sparse sparse-copy
            test "$(du --block-size=1 sparse-copy | cut -f1)" -lt 65536
            tar -cSf '%1$s/sparse.tar' sparse
            test "$(stat -c %%s '%1$s/sparse.tar')" -lt 1048576
            rm sparse sparse-copy
            """.formatted(scratch)));
    }

    @Test
    void fallocateAllocatesPunchesAndZeroes() {
        Shell.run(deployment.mount(), """
            head -c 100000 /dev/urandom > holes && cp holes '%1$s/holes'
            for f in holes '%1$s/holes'; do
              fallocate -l 200000 "$f" && test "$(stat -c %%s "$f")" = 200000
              fallocate -n -l 300000 "$f" && test "$(stat -c %%s "$f")" = 200000
              fallocate -p -o 5000 -l 50000 "$f"
              fallocate -z -o 80001 -l 333 "$f"
              fallocate -z -o 190000 -l 20000 "$f" && test "$(stat -c %%s "$f")" = 210000
              fallocate -z -n -o 205000 -l 20000 "$f" && test "$(stat -c %%s "$f")" = 210000
            done
            cmp holes '%1$s/holes'
            test "$(stat -c %%b holes)" -lt 100
            ! fallocate -c -o 0 -l 4096 holes 2> /dev/null
            rm holes
            """.formatted(scratch));
    }

    private static long chunks() {
        return deployment.status().getClusters(0).getFigures().getChunks();
    }
}
