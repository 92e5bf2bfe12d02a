package io.dbfs.test.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.test.harness.Await;
import io.dbfs.test.harness.Deployment;
import io.dbfs.test.harness.InProcessMount;
import io.dbfs.test.harness.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs on two mounts lock the same files; processes, a leader and a mount are killed meanwhile. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class LocksTest {
    /** Shell functions: {@code hold FILE LOCKED} locks until it is killed and says when it has the lock. */
    private static final String PROGRAMS = """
            hold() { flock -x "$1" bash -c 'echo > "$0"; exec sleep 600' "$2" & }
            until_there() { for i in $(seq 1 600); do [ -e "$1" ] && return; sleep 0.05; done; echo "no $1"; exit 1; }
            """;

    /** fcntl locks: "lock", "wait" or "test" an exclusive lock of bytes START to START+LENGTH. */
    private static final String FCNTL = """
            import errno, fcntl, os, struct, sys
            def flock(type, start, length): return struct.pack('hhqqi4x', type, os.SEEK_SET, start, length, 0)
            def act(fd, how, start, length):
                try:
                    if how == 'test':
                        answer = fcntl.fcntl(fd, fcntl.F_GETLK, flock(fcntl.F_WRLCK, start, length))
                        type, whence, at, count, pid = struct.unpack('hhqqi4x', answer)
                        return 'free' if type == fcntl.F_UNLCK else 'locked %d %d' % (at, count)
                    command = fcntl.F_SETLKW if how == 'wait' else fcntl.F_SETLK
                    fcntl.fcntl(fd, command, flock(fcntl.F_UNLCK if how == 'unlock' else fcntl.F_WRLCK, start, length))
                    return 'ok'
                except OSError as e:
                    return errno.errorcode[e.errno].replace('EDEADLOCK', 'EDEADLK')
            fd = os.open(sys.argv[1], os.O_RDWR)
            for line in sys.stdin:
                how, start, length = line.split()
                print(act(fd, how, int(start), int(length)), flush=True)
            """;

    @TempDir
    static Path scratch;

    private static Deployment deployment;
    private static InProcessMount second;
    private static Path here;
    private static Path there;

    @BeforeAll
    static void start() throws IOException {
        deployment = Deployment.start(scratch, 1, 3);
        second = InProcessMount.of(deployment, scratch.resolve("second"));
        here = deployment.mount();
        there = second.path();
        Files.writeString(scratch.resolve("locks.py"), FCNTL);
    }

    @AfterAll
    static void stop() {
        second.close();
        deployment.close();
    }

    /** Runs a script that knows both mounts as $A and $B. */
    private static String run(String script) {
        return Shell.run(
                scratch, "A='" + here + "'; B='" + there + "'; LOCKS='" + scratch + "/locks.py'\n" + PROGRAMS + script);
    }

    @Test
    void flockHoldsBetweenMountsAndGoesWithItsProcess() {
        run("""
                : > $A/one; hold $A/one locked1; holder=$!
                until_there locked1
                ! flock -n -x $B/one true
                ! flock -n -s $B/one true
                flock -x $B/one touch had1 &
                waiter=$!
                sleep 0.3; [ ! -e had1 ]
                kill -9 $(pgrep -P $holder) $holder
                wait $waiter
                [ -e had1 ]
                """);
    }

    @Test
    void aProcessKilledInAWaitForALockIsGoneAtOnce() {
        run("""
                : > $A/two; hold $A/two locked2; holder=$!
                until_there locked2
                flock -x $B/two touch had2 & waiter=$!
                sleep 0.5; kill -9 $waiter
                for i in $(seq 1 100); do kill -0 $waiter 2>/dev/null || gone=1; sleep 0.05; [ -z "${gone:-}" ] || break; done
                [ "${gone:-}" = 1 ]
                kill -9 $(pgrep -P $holder) $holder
                flock -w 20 -x $A/two true
                [ ! -e had2 ]
                """);
    }

    @Test
    void recordLocksAreSeenWaitedForAndRefusedInACycle() {
        String output = run("""
                : > $A/three
                coproc P { python3 $LOCKS $A/three; }
                mkfifo q; python3 $LOCKS $B/three < q > q.out & exec 7> q
                say() { echo "$@" >&${P[1]}; read -r answer <&${P[0]}; echo $answer; }
                answers() { for i in $(seq 1 600); do [ $(wc -l < q.out) -ge $1 ] && return; sleep 0.05; done; exit 1; }
                say lock 0 10
                echo test 5 1 >&7; echo lock 5 1 >&7; echo lock 10 10 >&7; answers 3; cat q.out
                echo wait 0 1 >&7; sleep 0.5
                say wait 10 1
                say unlock 0 10
                answers 4; tail -1 q.out
                exec 7>&-
                """);
        assertEquals("ok\nlocked 0 10\nEAGAIN\nok\nEDEADLK\nok\nok\n", output);
    }

    @Test
    void aLockOutlivesItsLeader() {
        run(": > $A/four");
        CompletableFuture<String> holder = CompletableFuture.supplyAsync(
                () -> run("flock -x $A/four bash -c 'touch locked4; while [ ! -e release4 ]; do sleep 0.1; done'"));
        run("until_there locked4");
        var leader = deployment.leadingNode();
        leader.kill();
        run("! flock -n -x $B/four true");
        CompletableFuture<String> waiter = CompletableFuture.supplyAsync(() -> run("flock -x $B/four true"));
        run("touch release4");
        holder.join();
        waiter.join();
        leader.start();
        deployment.awaitHealthy();
    }

    @Test
    void sqliteOnTwoMountsLosesNothing() {
        run("""
                sqlite3 $A/data.db 'CREATE TABLE t (mount TEXT, n INTEGER)'
                insert() {
                  for i in $(seq 1 25); do
                    sqlite3 -cmd '.timeout 60000' $1/data.db "INSERT INTO t VALUES ('$2', $i)" || exit 1
                  done
                }
                insert $A a & first=$!
                insert $B b & second=$!
                wait $first; wait $second
                for mount in $A $B; do
                  [ "$(sqlite3 $mount/data.db 'PRAGMA integrity_check')" = ok ]
                  [ "$(sqlite3 $mount/data.db 'SELECT count(*) FROM t')" = 50 ]
                done
                """);
    }

    @Test
    void theLocksOfAKilledMountGoWithItsLease() {
        run(": > $A/five");
        Shell.run(
                scratch,
                "nohup flock -x '" + here
                        + "/five' bash -c 'echo $$ > pid5; touch locked5; exec sleep 600' > /dev/null 2>&1 &");
        run("until_there locked5; ! flock -n -x $B/five true");
        deployment.mountProcess().kill();
        try {
            Await.until(
                    "the dead mount's lock is free",
                    Duration.ofSeconds(90),
                    () -> Shell.tryRun(scratch, Duration.ofSeconds(20), "flock -n -x '" + there + "/five' true")
                                    .status()
                            == 0);
        } finally {
            Shell.run(scratch, "kill -9 $(cat pid5); fusermount -uz '" + here + "'");
            deployment.startEverything();
        }
    }
}
