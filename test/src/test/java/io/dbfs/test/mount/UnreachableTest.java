package io.dbfs.test.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.test.harness.Await;
import io.dbfs.test.harness.Deployment;
import io.dbfs.test.harness.ServerProcess;
import io.dbfs.test.harness.Shell;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs that wait for servers which do not answer can be ended at once, and go on when the servers do. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class UnreachableTest {
    /** Far below the 30 s after which an operation gives up by itself. */
    private static final Duration PROMPT = Duration.ofSeconds(10);
    /** As often in a row a program must be seen waiting: one that is served waits for moments as well. */
    private static final int LOOKS = 20;

    @TempDir
    static Path scratch;

    private static Deployment deployment;
    private Path mounted;

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

    @BeforeEach
    void prepare() {
        mounted = deployment.mount();
        Shell.run(mounted, "rm -rf *; head -c 3000000 /dev/urandom > cold; echo hot > hot; mkdir sub");
        deployment.remount();
        Shell.run(mounted, "cat hot");
    }

    @AfterEach
    void resume() {
        deployment.servers().forEach(ServerProcess::resume);
        deployment.awaitHealthy();
    }

    @Test
    void aReaderIsEndedByKill() throws IOException {
        assertEndsBy("KILL", "cat cold");
    }

    @Test
    void aReaderIsEndedByInterrupt() throws IOException {
        assertEndsBy("INT", "cat cold");
    }

    @Test
    void aWriterThatSyncsIsEndedByKill() throws IOException {
        assertEndsBy("KILL", "dd if=/dev/zero bs=1M count=8 conv=fsync >&3");
    }

    @Test
    void aWriterWhoseMemoryIsFullIsEndedByInterrupt() throws IOException {
        assertEndsBy("INT", "head -c 400M /dev/zero >&3");
    }

    @Test
    void whoCreatesIsEndedByKill() throws IOException {
        assertEndsBy("KILL", "touch created");
    }

    @Test
    void whoListsIsEndedByInterrupt() throws IOException {
        assertEndsBy("INT", "ls sub");
    }

    @Test
    void whatIsNotEndedGoesOnWhenTheServersDo() throws IOException {
        Process program = waiting("cat cold > /dev/null && echo y >> hot");
        deployment.servers().forEach(ServerProcess::resume);
        Await.until("the program is done", Duration.ofSeconds(60), () -> !program.isAlive());
        assertEquals(0, program.exitValue());
        assertEquals("hot\ny\n", Shell.run(mounted, "cat hot"));
    }

    /** A program in the mount that waits for servers which are all stopped; it has a file open for writing as 3. */
    private Process waiting(String command) throws IOException {
        // A suite that was started in the background ignores SIGINT, and so would its children.
        Process program = new ProcessBuilder(List.of(
                        "env",
                        "--default-signal=INT",
                        "bash",
                        "-c",
                        "cd \"$0\" && exec 3> written && echo there && read -r && " + command,
                        mounted.toString()))
                .redirectError(scratch.resolve("program.err").toFile())
                .start();
        program.inputReader().readLine();
        deployment.servers().forEach(ServerProcess::pause);
        try (Writer input = program.outputWriter()) {
            input.write("\n");
        }
        int[] looks = new int[1];
        Await.until("it waits for servers", Duration.ofSeconds(20), () -> {
            looks[0] = waits(program) ? looks[0] + 1 : 0;
            return looks[0] == LOOKS;
        });
        return program;
    }

    private static boolean waits(Process program) {
        return Stream.concat(Stream.of(program.toHandle()), program.descendants())
                .anyMatch(UnreachableTest::waitsForServers);
    }

    /** For an answer, or for a page that is being read or written. */
    private static boolean waitsForServers(ProcessHandle process) {
        try {
            String place = Files.readString(Path.of("/proc", Long.toString(process.pid()), "wchan"));
            return place.startsWith("request_wait_answer") || place.startsWith("folio_wait");
        } catch (IOException ended) {
            return false;
        }
    }

    private void assertEndsBy(String signal, String command) throws IOException {
        Process program = waiting("exec " + command);
        Shell.run(Path.of("/"), "kill -" + signal + " " + program.pid());
        boolean ended = awaitEnd(program);
        assertTrue(ended, () -> command + " outlived SIG" + signal + " by " + PROMPT + "\n" + deployment.logs());
    }

    private static boolean awaitEnd(Process program) {
        try {
            return program.waitFor(PROMPT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
