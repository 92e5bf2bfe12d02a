package io.dbfs.test.scripts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.test.harness.Await;
import io.dbfs.test.harness.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A run of the suite that is killed leaves nothing behind. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@EnabledIf("canMakeNamespaces")
final class ContainTest {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Path LIB = Path.of("").toAbsolutePath().resolveSibling("scripts/lib");

    /** $1: a name that its processes, mounts and network namespaces carry. */
    private static final String RUN = """
        . '%1$s/packages.sh'
        . '%1$s/contain.sh'
        contain bash "$0" "$@"
        private_namespaces
        touch "/run/netns/$1"
        mount -t tmpfs "$1" "$2"
        bash -c 'exec -a "$0" sleep 600' "$1-child" &
        touch "$2.ready"
        wait
        """;

    @TempDir
    Path scratch;

    static boolean canMakeNamespaces() {
        return Shell.tryRun(Path.of("/"), DEADLINE, "[ $EUID = 0 ] && unshare --pid --fork --mount --mount-proc true")
                        .status()
                == 0;
    }

    @Test
    void aRunThatIsKilledLeavesNoProcessMountOrNamespace() throws Exception {
        endsEverything("KILL");
    }

    @Test
    void aRunThatIsTerminatedLeavesNoProcessMountOrNamespace() throws Exception {
        endsEverything("TERM");
    }

    @Test
    void theExitStatusIsThatOfTheScript() throws IOException {
        Path script = Files.writeString(scratch.resolve("status.sh"), """
            . '%1$s/packages.sh'
            . '%1$s/contain.sh'
            contain bash "$0"
            exit 7
            """.formatted(LIB));
        assertEquals(
                7,
                Shell.tryRun(scratch, DEADLINE, "env -u DBFS_CONTAINED bash " + script)
                        .status());
    }

    private void endsEverything(String signal) throws Exception {
        String name = "dbfs-contained-" + UUID.randomUUID();
        Path script = Files.writeString(scratch.resolve("run.sh"), RUN.formatted(LIB));
        Path mountPoint = Files.createDirectory(scratch.resolve("mnt"));
        Process run = new ProcessBuilder(
                        List.of("env", "-u", "DBFS_CONTAINED", "bash", script.toString(), name, mountPoint.toString()))
                .redirectErrorStream(true)
                .redirectOutput(scratch.resolve("out").toFile())
                .start();
        try {
            Await.until("it runs", DEADLINE, () -> Files.exists(scratch.resolve("mnt.ready")) && lives(name));
            assertEquals("", Shell.run(scratch, "grep " + name + " /proc/self/mounts || true"), "mounted inside alone");
            Shell.run(scratch, "kill -" + signal + " " + run.pid());
            run.waitFor();
            Await.until("its processes are gone", DEADLINE, () -> !lives(name));
            assertEquals("", Shell.run(scratch, "grep " + name + " /proc/self/mounts || true"));
            assertEquals("", Shell.run(scratch, "ls /run/netns 2>/dev/null | grep " + name + " || true"));
        } finally {
            run.destroyForcibly();
        }
    }

    private static boolean lives(String name) {
        return !Shell.run(Path.of("/"), "pgrep -f '^" + name + "-child' || true")
                .isEmpty();
    }
}
