package io.dbfs.test.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.test.harness.Await;
import io.dbfs.test.harness.DbfsCommand;
import io.dbfs.test.harness.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code dbfs up} and {@code dbfs down} as a stranger uses them. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
final class EmbeddedTest {
    @TempDir
    Path scratch;

    private Path mount;
    private Path data;

    @BeforeEach
    void prepare() throws IOException {
        mount = Files.createDirectory(scratch.resolve("mnt"));
        data = scratch.resolve("data");
    }

    @AfterEach
    void takeDown() {
        DbfsCommand.run("down", mount.toString());
        Shell.tryRun(Path.of("/"), Duration.ofSeconds(20), "fusermount -uz '" + mount + "' 2>/dev/null || true");
    }

    @Test
    void whatIsWrittenIsThereAfterDownAndUp() {
        up();
        Shell.run(
                mount, "mkdir d && echo hello > d/f && head -c 3000000 /dev/urandom > d/big && sha256sum d/big > sum");
        assertEquals(0, DbfsCommand.run("down", mount.toString()).status());
        assertFalse(isMounted());
        up();
        Shell.run(mount, "test \"$(cat d/f)\" = hello && sha256sum -c --quiet sum");
    }

    @Test
    void aDeadMountIsCleanedAndNothingAcknowledgedIsLost() {
        up();
        Shell.run(mount, "echo kept > f && head -c 300000 /dev/urandom > g && sync g && sha256sum g > sum && sync sum");
        Shell.run(Path.of("/"), "kill -9 " + pid());
        Await.until("the mount is dead", Duration.ofSeconds(20), () -> !answers());
        DbfsCommand.Result again = DbfsCommand.run("up", mount.toString(), "--data", data.toString(), "--daemon");
        assertEquals(0, again.status(), again.err());
        Shell.run(mount, "test \"$(cat f)\" = kept && sha256sum -c --quiet sum");
    }

    @Test
    void statusShowsTheClusterAndTheMountAndItsNodesAreListedAndRemoved() {
        up();
        // Nodes report once a second: the first report is on its way when the mount is usable.
        Await.until("status shows the cluster", Duration.ofMinutes(1), () -> {
            DbfsCommand.Result status = DbfsCommand.run("status", mount.toString());
            return status.status() == 0 && status.out().contains("local");
        });
        DbfsCommand.Result json = DbfsCommand.run("status", mount.toString(), "--json");
        assertEquals(0, json.status(), json.err());
        assertTrue(json.out().strip().startsWith("{"), json.out());

        Await.until("the nodes are listed", Duration.ofMinutes(1), () -> {
            DbfsCommand.Result list = DbfsCommand.run("node", "list", mount.toString());
            return list.status() == 0
                    && list.out()
                                    .lines()
                                    .filter(line -> line.contains("healthy"))
                                    .count()
                            == 3
                    && list.out().lines().filter(line -> line.contains("voter")).count() == 2;
        });
        DbfsCommand.Result unknown = DbfsCommand.run("node", "remove", "nobody", mount.toString());
        assertEquals(1, unknown.status());
        assertTrue(
                unknown.err().contains("no node is named nobody (there are: node-1, node-2, node-3)"), unknown.err());
        DbfsCommand.Result removed = DbfsCommand.run("node", "remove", "node-3", mount.toString());
        assertEquals(0, removed.status(), removed.err());
        Await.until("the node is forgotten", Duration.ofMinutes(1), () -> {
            DbfsCommand.Result list = DbfsCommand.run("node", "list", mount.toString());
            return list.status() == 0 && !list.out().contains("node-3");
        });
        DbfsCommand.Result needed = DbfsCommand.run("node", "remove", "node-2", mount.toString());
        assertEquals(1, needed.status());
        assertTrue(needed.err().contains("node-2 is needed"), needed.err());
    }

    @Test
    void mountOptionsHoldAsOnALocalFilesystem() {
        up();
        Shell.run(mount, "printf '#!/bin/sh\\necho ran\\n' > run && chmod 755 run && test \"$(./run)\" = ran");
        assertEquals(0, DbfsCommand.run("down", mount.toString()).status());
        up("-o", "noexec,nosuid,nodev,noatime,sync");
        String shown = Shell.run(Path.of("/"), "grep ' " + mount + " fuse' /proc/mounts");
        for (String option : List.of("noexec", "nosuid", "nodev", "noatime", "sync")) {
            assertTrue(shown.contains("," + option + ","), option + " in: " + shown);
        }
        Shell.run(mount, "! ./run 2> /dev/null && echo written > f");
        assertEquals(0, DbfsCommand.run("down", mount.toString()).status());
        up("-o", "ro");
        Shell.run(mount, "test \"$(cat f)\" = written && ! touch g 2> /dev/null && ! rm f 2> /dev/null");
    }

    @Test
    void upRefusesWhatIsMountedAndWhatIsInUse() throws IOException {
        up();
        refuses("already", "up", mount.toString(), "--data", data.toString());
        Path other = Files.createDirectory(scratch.resolve("other"));
        refuses(data.toString(), "up", other.toString(), "--data", data.toString());
        Files.writeString(other.resolve("file"), "x");
        refuses(
                "empty",
                "up",
                other.toString(),
                "--data",
                scratch.resolve("data2").toString());
        refuses("missing", "up", scratch.resolve("missing").toString());
    }

    private static void refuses(String expected, String... arguments) {
        DbfsCommand.Result result = DbfsCommand.run(arguments);
        assertNotEquals(0, result.status(), String.join(" ", arguments));
        assertEquals(1, result.err().strip().lines().count(), "one line: " + result.err());
        assertTrue(result.err().contains(expected), expected + " in: " + result.err());
    }

    private void up(String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("up", mount.toString(), "--data", data.toString(), "--daemon"));
        arguments.addAll(List.of(more));
        DbfsCommand.Result result = DbfsCommand.run(arguments.toArray(String[]::new));
        assertEquals(0, result.status(), result.out() + result.err());
        assertTrue(isMounted());
    }

    private boolean isMounted() {
        return Shell.tryRun(Path.of("/"), Duration.ofSeconds(10), "grep -q ' " + mount + " fuse' /proc/mounts")
                        .status()
                == 0;
    }

    private boolean answers() {
        return Shell.tryRun(Path.of("/"), Duration.ofSeconds(10), "stat '" + mount + "'")
                        .status()
                == 0;
    }

    /** The process that serves the mount: the one that was given this data directory. */
    private String pid() {
        return Shell.run(Path.of("/"), "pgrep -f -- '-cp .*Dbfs .*" + data + "' | head -1")
                .strip();
    }
}
