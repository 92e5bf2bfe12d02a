package io.dbfs.test.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.test.harness.Await;
import io.dbfs.test.harness.Deployment;
import io.dbfs.test.harness.InProcessMount;
import io.dbfs.test.harness.ServerProcess;
import io.dbfs.test.harness.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What one mount changes, another shows; what nobody changes costs nothing. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class TwoMountsTest {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    /**
     * One round: changes by one mount ($A), seen on the other ($B) by what the shell does itself, without starting a
     * program. Prints how long after the change had returned it was seen, in microseconds.
     */
    private static final String ROUND = """
            until_seen() {
                local start=${EPOCHREALTIME/./} name=$1; shift
                until eval "$*"; do
                    if [ $((${EPOCHREALTIME/./} - start)) -gt 30000000 ]; then
                        echo "not seen: $name"; exit 1
                    fi
                done
                echo "$name $((${EPOCHREALTIME/./} - start))"
            }
            text() { local line=; read -r line < "$1" || true; [ "$line" = "$2" ]; }
            [ ! -e $B/f ]; [ ! -e $B/g ]
            : > $A/f; until_seen create '[ -e $B/f ]'
            [ ! -s $B/f ]; printf one > $A/f; until_seen write 'text $B/f one'
            printf more >> $A/f; until_seen append 'text $B/f onemore'
            printf two > $A/f; until_seen overwrite 'text $B/f two'
            echo first > $A/f; exec 5<$B/f; read -r -u 5 line
            echo second >> $A/f; until_seen tail 'read -r -u 5 line && [ $line = second ]'; exec 5<&-
            [ ! -x $B/f ]; chmod +x $A/f; until_seen chmod '[ -x $B/f ]'
            truncate -s 0 $A/f; until_seen truncate '[ ! -s $B/f ]'
            mv $A/f $A/g; until_seen rename '[ ! -e $B/f ] && [ -e $B/g ]'
            rm $A/g; until_seen unlink '[ ! -e $B/g ]'
            mkdir $A/d; until_seen mkdir '[ -d $B/d ]'
            rmdir $A/d; until_seen rmdir '[ ! -d $B/d ]'
            """;

    @TempDir
    static Path scratch;

    private static Deployment deployment;
    private static InProcessMount second;

    @BeforeAll
    static void start() throws IOException {
        deployment = Deployment.start(scratch, 3, 3);
        second = InProcessMount.of(deployment, scratch.resolve("second"));
    }

    @AfterAll
    static void stop() {
        second.close();
        deployment.close();
    }

    @Test
    void changesOfOneMountAreSeenOnTheOther() {
        Path here = deployment.mount();
        Path there = second.path();
        Shell.run(here, "mkdir seen");
        Await.until("the directory is seen", DEADLINE, () -> succeeds(there, "test -d seen"));
        String script = "A=" + here + "/seen B=" + there + "/seen\n" + ROUND;
        String back = "A=" + there + "/seen B=" + here + "/seen\n" + ROUND;
        Shell.run(Path.of("/"), "for round in 1 2 3; do (" + script + "); (" + back + "); done");
        System.out.println("seen after microseconds:\n" + Shell.run(Path.of("/"), script));
        System.out.println("and the other way:\n" + Shell.run(Path.of("/"), back));
    }

    /** By rename(2) alone, without looking at the new name first, as mv would. */
    @Test
    void directoryMovedElsewhereIsMovedBackFromHere() {
        Path there = second.path();
        Shell.run(deployment.mount(), "mkdir -p moved/one/sub moved/two");
        Await.until(
                "the directories are seen", DEADLINE, () -> succeeds(there, "test -d moved/one/sub -a -d moved/two"));
        Shell.run(deployment.mount(), "python3 -c \"import os; os.rename('moved/one/sub', 'moved/two/d')\"");
        String back = """
                import os
                assert 'sub' not in os.listdir('moved/one')
                os.rename('moved/two/d', 'moved/one/sub')
                """;
        Await.until("it is moved back", DEADLINE, () -> succeeds(there, "python3 -c \"" + back + "\""));
    }

    @Test
    void gitStatusOfAnUnchangedTreeAsksNobodyTheSecondTime() {
        Path tree = second.path();
        Shell.run(tree, """
                git init -q repository && cd repository
                git config user.email a@b && git config user.name a
                mkdir -p a/b c && for i in $(seq 1 40); do echo $i > a/f$i; echo $i > a/b/g$i; echo $i > c/h$i; done
                git add . && git commit -qm all && ln -s a link && echo new > c/untracked
                """);
        String status = "cd repository && git --no-optional-locks status --porcelain";
        String expected = Shell.run(tree, status);
        assertEquals("?? c/untracked\n?? link\n", expected);
        // A machine that is stopped for longer than a lease may have to ask again: not each time.
        Await.until(
                "git status makes no request",
                DEADLINE,
                () -> second.requests(() -> assertEquals(expected, Shell.run(tree, status)))
                        .isEmpty());
        // What git does otherwise is to make and to remove its lock.
        Await.until("git status makes its lock and no other request", DEADLINE, () -> {
            Map<String, Long> made = second.requests(
                    () -> assertEquals(expected, Shell.run(tree, "cd repository && git status --porcelain")));
            return made.keySet().equals(Set.of("dbfs.v1.Names/Execute"));
        });
    }

    @Test
    void nothingStaleIsServedWhenTheSupernodesLeaderIsPaused() {
        Path there = second.path();
        Shell.run(deployment.mount(), "echo before > paused-names");
        Await.until("the file is seen", DEADLINE, () -> succeeds(there, "test ! -x paused-names && cat paused-names"));
        ServerProcess leader = deployment.leadingSupernode();
        leader.pause();
        try {
            Shell.run(deployment.mount(), "chmod +x paused-names");
            awaitAndTell("a mode that changed while the stream was broken", there, "test -x paused-names");
        } finally {
            leader.resume();
        }
    }

    @Test
    void nothingStaleIsServedWhenTheClustersLeaderIsPaused() {
        Path there = second.path();
        Shell.run(deployment.mount(), "echo before > paused-contents");
        Await.until("the file is seen", DEADLINE, () -> succeeds(there, "grep -q before paused-contents"));
        ServerProcess leader = deployment.leadingNode();
        leader.pause();
        try {
            Shell.run(deployment.mount(), "echo after > paused-contents");
            awaitAndTell("contents that changed while the stream was broken", there, "grep -q after paused-contents");
        } finally {
            leader.resume();
        }
    }

    private static void awaitAndTell(String what, Path directory, String check) {
        long start = System.nanoTime();
        Await.until(what + " are seen", DEADLINE, () -> succeeds(directory, check));
        System.out.println(what + ": seen after " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) + " ms");
    }

    private static boolean succeeds(Path directory, String script) {
        return Shell.tryRun(directory, DEADLINE, script).status() == 0;
    }
}
