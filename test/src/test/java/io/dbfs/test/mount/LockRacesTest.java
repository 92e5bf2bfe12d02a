package io.dbfs.test.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.test.harness.Deployment;
import io.dbfs.test.harness.InProcessMount;
import io.dbfs.test.harness.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Locks at the moments at which descriptors are closed, numbers of owners are used again, and processes are killed. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class LockRacesTest {
    /** {@code KIND CASE PATH [PATH]}: plays rounds of a case with locks of a kind and prints what went wrong. */
    private static final String PROGRAM = """
        import errno, fcntl, os, random, signal, struct, sys, time
        kind, case, seed, rounds, path = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
        elsewhere = sys.argv[6] if len(sys.argv) > 6 else path
        chance = random.Random(seed)

        def record(fd, command, type):
            fcntl.fcntl(fd, command, struct.pack('hhqqi4x', type, os.SEEK_SET, 0, 0, 0))

        def lock(fd, waits=True):
            if kind == 'flock':
                fcntl.flock(fd, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
            elif kind == 'ofd':
                record(fd, 38 if waits else 37, fcntl.F_WRLCK)
            else:
                record(fd, fcntl.F_SETLKW if waits else fcntl.F_SETLK, fcntl.F_WRLCK)

        def unlock(fd):
            if kind == 'flock':
                fcntl.flock(fd, fcntl.LOCK_UN)
            else:
                record(fd, 37 if kind == 'ofd' else fcntl.F_SETLK, fcntl.F_UNLCK)

        def is_refused(fd):
            try:
                lock(fd, False)
                return False
            except OSError as e:
                if e.errno not in (errno.EAGAIN, errno.EACCES): raise
                return True

        def locked(where):
            fd = os.open(where, os.O_RDWR)
            lock(fd)
            return fd

        def child(what):
            pid = os.fork()
            if pid == 0:
                status = 1
                try: status = what()
                finally: os._exit(status)
            return pid

        def excludes():
            # A holder for 20 ms, after one with the same number; another process tries all the while.
            def tries(end):
                fd = os.open(elsewhere, os.O_RDWR)
                while time.monotonic() < end:
                    if not is_refused(fd): return 7
                return 0
            os.close(locked(path))
            fd = locked(path)
            pid = child(lambda: tries(time.monotonic() + 0.02))
            two = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 0
            os.close(fd)
            return 'two hold it' if two else ''

        def is_free_when_closed():
            for _ in range(3):
                fd = locked(path)
                next = os.open(elsewhere, os.O_RDWR)
                os.close(fd)
                fd = next
                if is_refused(fd): return 'refused after close'
                os.close(fd)
            return ''

        def stays_when_a_copy_is_closed():
            fd = locked(path)
            os.close(os.dup(fd))
            other = os.open(elsewhere, os.O_RDWR)
            refused = is_refused(other)
            os.close(fd)
            os.close(other)
            return '' if refused else 'lost with a copy'

        def is_left_by_the_killed():
            # The waiter is killed about when the lock becomes free.
            fd = locked(path)
            pid = child(lambda: os.close(locked(elsewhere)) or 0)
            time.sleep(0.02)
            wait = chance.uniform(-0.004, 0.004)
            if wait < 0:
                os.kill(pid, signal.SIGKILL)
                time.sleep(-wait)
                unlock(fd)
            else:
                unlock(fd)
                time.sleep(wait)
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            os.close(fd)
            fd = os.open(path, os.O_RDWR)
            end = time.monotonic() + 10
            while is_refused(fd):
                if time.monotonic() > end: return 'still locked'
                time.sleep(0.01)
            os.close(fd)
            return ''

        def counts(where, log):
            # Counts up under the lock, and notes the numbers that it was the one to write.
            with open(log, 'a', buffering=1) as notes:
                while True:
                    fd = locked(where)
                    number = int(os.pread(fd, 32, 0) or b'0') + 1
                    os.pwrite(fd, b'%20d' % number, 0)
                    if kind == 'posix' or chance.random() < 0.5: unlock(fd)
                    os.close(fd)
                    print(number, file=notes)

        def is_counted_by_the_killed():
            # All rounds in one: in each a process is killed at random and another takes its place.
            kills = rounds
            log = '%s-%s.log' % (kind, case)
            start = lambda i: child(lambda: counts((path, elsewhere)[i % 2], log))
            pids = [start(i) for i in range(6)]
            for _ in range(kills):
                time.sleep(chance.uniform(0.001, 0.04))
                i = chance.randrange(len(pids))
                os.kill(pids[i], signal.SIGKILL)
                os.waitpid(pids[i], 0)
                chance.random()
                pids[i] = start(i)
            for pid in pids:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            for where in (path, elsewhere):
                fd = os.open(where, os.O_RDWR)
                end = time.monotonic() + 20
                while is_refused(fd):
                    if time.monotonic() > end: return 'still locked at ' + where
                    time.sleep(0.01)
                total = int(os.pread(fd, 32, 0))
                os.close(fd)
            numbers = [int(line) for line in open(log)]
            if len(set(numbers)) != len(numbers): return 'counted twice: %d' % (len(numbers) - len(set(numbers)))
            unnoted = total - len(numbers)
            if not 0 <= unnoted <= kills + len(pids): return '%d counted, %d noted' % (total, len(numbers))
            return ''

        play = globals()[case]
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o644))
        times = 1 if play is is_counted_by_the_killed else rounds
        wrong = [result for result in (play() for _ in range(times)) if result]
        print('%d of %d rounds, seed %d: %s' % (len(wrong), rounds, seed, wrong[0]) if wrong else 'ok')
        """;

    private static final long SEED = 20261130;

    @TempDir
    static Path scratch;

    private static Deployment deployment;
    private static InProcessMount second;

    @BeforeAll
    static void start() throws IOException {
        deployment = Deployment.start(scratch, 1, 1);
        second = InProcessMount.of(deployment, scratch.resolve("second"));
        Files.writeString(scratch.resolve("races.py"), PROGRAM);
    }

    @AfterAll
    static void stop() {
        second.close();
        deployment.close();
    }

    private static void play(String kind, String play, int rounds, boolean between) {
        String file = kind + "-" + play + between;
        String elsewhere = between ? " '" + second.path().resolve(file) + "'" : "";
        String path = "'" + deployment.mount().resolve(file) + "'";
        String command = String.join(
                " ", "python3 races.py", kind, play, Long.toString(SEED), Integer.toString(rounds), path, elsewhere);
        assertEquals("ok\n", Shell.run(scratch, command));
    }

    /** 2000 processes in all are killed, wherever they are. */
    @Tag("long")
    @Timeout(value = 900, unit = TimeUnit.SECONDS)
    @ParameterizedTest
    @CsvSource({"flock,800", "ofd,600", "posix,600"})
    void processesKilledAtRandomLoseNoCountAndLeaveNoLock(String kind, int kills) {
        play(kind, "is_counted_by_the_killed", kills, true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"flock", "ofd", "posix"})
    void aLockExcludesOthersThoughItsOwnersNumberWasAnothers(String kind) {
        play(kind, "excludes", 100, false);
    }

    @ParameterizedTest
    @CsvSource({"flock,false", "ofd,false", "posix,false", "flock,true", "ofd,true", "posix,true"})
    void aLockIsFreeWhenCloseReturns(String kind, boolean between) {
        play(kind, "is_free_when_closed", 50, between);
    }

    @ParameterizedTest
    @ValueSource(strings = {"flock", "ofd"})
    void aLockStaysWhenACopyOfItsDescriptorIsClosed(String kind) {
        play(kind, "stays_when_a_copy_is_closed", 20, false);
        play(kind, "stays_when_a_copy_is_closed", 20, true);
    }

    @ParameterizedTest
    @CsvSource({"flock,false", "ofd,false", "posix,false", "flock,true", "posix,true"})
    void aKilledWaiterLeavesNoLock(String kind, boolean between) {
        play(kind, "is_left_by_the_killed", 80, between);
    }
}
