package io.dbfs.test.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.dbfs.proto.GetStatusReply;
import io.dbfs.test.harness.Await;
import io.dbfs.test.harness.Deployment;
import io.dbfs.test.harness.Descriptors;
import io.dbfs.test.harness.MountProcess;
import io.dbfs.test.harness.ServerProcess;
import io.dbfs.test.harness.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an open descriptor on one mount keeps from the others, and for how long: its locks, and a file without a name. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class HeldFilesTest {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Duration LEASE_DEADLINE = Duration.ofMinutes(2);
    private static final int FILE_BYTES = 20_000_000;

    @TempDir
    static Path scratch;

    private static Deployment deployment;
    private static MountProcess second;
    private static Path here;
    private static Path there;

    @BeforeAll
    static void start() throws IOException {
        deployment = Deployment.start(scratch, 1, 3);
        second = deployment.anotherMount("second");
        here = deployment.mount();
        there = second.path();
    }

    @AfterAll
    static void stop() {
        second.close();
        deployment.close();
    }

    @Test
    void aDescriptionsLockHoldsAgainstEveryOtherDescription() {
        try (Descriptors one = Descriptors.in(here);
                Descriptors other = Descriptors.in(there)) {
            assertEquals("ok", one.ask("open a held"));
            assertEquals("ok", one.ask("open b held"));
            assertEquals("ok", other.ask("open c held"));
            assertEquals("ok", one.ask("lock a 0 10"));
            assertEquals("EAGAIN", one.ask("lock b 5 1"));
            assertEquals("EAGAIN", other.ask("lock c 5 1"));
            assertEquals("EAGAIN", other.ask("record c 5 1"));
            assertEquals("locked 0 10", other.ask("test c 5 1"));
            assertEquals("ok", other.ask("lock c 10 5"));
            assertEquals("locked 10 5", one.ask("test a 0 100"));
            assertEquals("ok", one.ask("unlock a 2 3"));
            assertEquals("ok", other.ask("lock c 2 3"));
            assertEquals("EAGAIN", other.ask("lock c 1 1"));
        }
    }

    @Test
    void aDescriptionsLockGoesWithItsLastDescriptor() {
        try (Descriptors one = Descriptors.in(here);
                Descriptors other = Descriptors.in(there)) {
            one.ask("open a counted");
            one.ask("open b counted");
            other.ask("open c counted");
            assertEquals("ok", one.ask("lock a 0 0"));
            // A record lock would go with any descriptor of the process.
            assertEquals("ok", one.ask("close b"));
            assertEquals("EAGAIN", other.ask("lock c 0 1"));
            assertEquals("ok", one.ask("dup a d"));
            assertEquals("ok", one.ask("close a"));
            assertEquals("EAGAIN", other.ask("lock c 0 1"));
            String child = one.ask("fork");
            assertEquals("ok", one.ask("close d"));
            assertEquals("EAGAIN", other.ask("lock c 0 1"));
            Shell.run(scratch, "kill -9 " + child);
            awaitLock(other, "lock c 0 1");
        }
    }

    @Test
    void whoWaitsForADescriptionsLockGetsItWhenItGoes() {
        try (Descriptors one = Descriptors.in(here);
                Descriptors other = Descriptors.in(there)) {
            one.ask("open a awaited");
            other.ask("open c awaited");
            other.ask("open d free");
            assertEquals("ok", one.ask("lock a 0 10"));
            other.tell("wait c 3 3");
            // Answers come in order: what the mount answers meanwhile shows that the first waits.
            try (Descriptors third = Descriptors.in(there)) {
                third.ask("open c awaited");
                assertEquals("EAGAIN", third.ask("lock c 3 3"));
                assertFalse(other.hasAnswered());
                assertEquals("ok", one.ask("close a"));
                assertEquals("ok", other.answer());
                assertEquals("locked 3 3", third.ask("test c 0 0"));
            }
            one.ask("open a awaited");
            one.tell("wait a 0 10");
            other.kill();
            assertEquals("ok", one.answer());
        }
    }

    @Test
    void aDescriptionsLockOutlivesItsLeader() {
        try (Descriptors one = Descriptors.in(here);
                Descriptors other = Descriptors.in(there)) {
            one.ask("open a led");
            other.ask("open c led");
            assertEquals("ok", one.ask("lock a 0 10"));
            ServerProcess leader = deployment.leadingNode();
            leader.kill();
            try {
                assertEquals("EAGAIN", other.ask("lock c 9 1"));
                assertEquals("ok", other.ask("lock c 10 1"));
                other.tell("wait c 0 1");
                assertEquals("locked 10 1", one.ask("test a 0 0"));
                assertEquals("ok", one.ask("unlock a 0 1"));
                assertEquals("ok", other.answer());
                assertEquals("EAGAIN", other.ask("lock c 1 1"));
            } finally {
                leader.start();
                deployment.awaitHealthy();
            }
        }
    }

    @Test
    void anUnlinkedFileStaysUsableOnTheOtherMountUntilItsLastClose() {
        awaitFreed();
        // Chunks are counted, not free space: others write to the same disk.
        try (Descriptors other = Descriptors.in(there)) {
            fill("gone");
            other.ask("open c gone");
            other.ask("open d gone");
            Shell.run(here, "rm gone");
            Await.until(
                    "the name is gone",
                    DEADLINE,
                    () -> Shell.run(there, "ls -a").indexOf("gone") < 0);
            usable(other);
            // Figures are reported once a second.
            Await.until("chunks of the file are kept", DEADLINE, () -> chunks() > 0);
            other.ask("close c");
            assertEquals(FILE_BYTES / 2 + " 0", other.ask("stat d"));
            other.ask("close d");
            awaitFreed();
        }
    }

    @Test
    void aFileThatWasRenamedOverStaysUsableOnTheOtherMountUntilItsLastClose() {
        awaitFreed();
        try (Descriptors other = Descriptors.in(there)) {
            fill("over");
            other.ask("open c over");
            Shell.run(here, "echo new > next && mv next over");
            Await.until(
                    "the new file is seen",
                    DEADLINE,
                    () -> Shell.run(there, "cat over").equals("new\n"));
            usable(other);
            Await.until("chunks of the file are kept", DEADLINE, () -> chunks() > 0);
            assertEquals("new\n", Shell.run(there, "cat over"));
            other.ask("close c");
            awaitFreed();
            assertEquals("new\n", Shell.run(here, "cat over"));
        }
    }

    /** Read, written, cut: as any file, but that it has no name. */
    private static void usable(Descriptors holder) {
        assertEquals(FILE_BYTES + " x", holder.ask("read c"));
        assertEquals(FILE_BYTES + " 0", holder.ask("stat c"));
        assertEquals("ok", holder.ask("write c 1000000 3000000 y"));
        assertEquals("ok", holder.ask("fsync c"));
        assertEquals(FILE_BYTES + " xy", holder.ask("read c"));
        assertEquals("ok", holder.ask("truncate c " + FILE_BYTES / 2));
        assertEquals(FILE_BYTES / 2 + " xy", holder.ask("read c"));
    }

    @Test
    void whatAKilledMountHeldIsFreeAfterItsLease() throws IOException {
        awaitFreed();
        try (MountProcess doomed = deployment.anotherMount("doomed");
                Descriptors holder = Descriptors.in(doomed.path());
                Descriptors other = Descriptors.in(there)) {
            fill("orphan");
            holder.ask("open a locked");
            holder.ask("open b orphan");
            other.ask("open c locked");
            assertEquals("ok", holder.ask("lock a 0 10"));
            Shell.run(here, "rm orphan");
            doomed.process().kill();
            assertEquals("EAGAIN", other.ask("lock c 0 1"));
            other.tell("wait c 5 1");
            awaitLock(other, "lock c 0 1");
            awaitFreed();
        }
    }

    private static void awaitLock(Descriptors who, String command) {
        if (who.hasAnswered()) {
            throw new AssertionError("answered too soon: " + who.answer());
        }
        Await.until("the lock is free", LEASE_DEADLINE, () -> {
            // A wait that was told before answers first.
            String answer = who.ask(command);
            return answer.equals("ok");
        });
    }

    private static void fill(String name) {
        Shell.run(here, "head -c " + FILE_BYTES + " /dev/zero | tr '\\0' x > " + name);
        Await.until(
                name + " is seen",
                DEADLINE,
                () -> Shell.tryRun(there, DEADLINE, "test -s " + name).status() == 0);
    }

    /** Waits until nothing that has no name is kept; what has one here is too small for a chunk. */
    private static void awaitFreed() {
        Await.until("no orphans, nothing to release, no chunks", LEASE_DEADLINE, () -> {
            GetStatusReply status = deployment.status();
            return status.getOrphans() == 0 && status.getReleasesPending() == 0 && chunks() == 0;
        });
    }

    private static long chunks() {
        return deployment.status().getClusters(0).getFigures().getChunks();
    }
}
