package io.dbfs.test.posix;

import static io.dbfs.test.posix.Check.ok;
import static io.dbfs.test.posix.Place.ROOT;
import static io.dbfs.test.posix.libc.Constants.O_APPEND;
import static io.dbfs.test.posix.libc.Constants.O_RDONLY;
import static io.dbfs.test.posix.libc.Constants.O_WRONLY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.test.harness.Shell;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** One file, open on two mounts at once. */
@ExtendWith(Pair.Resolver.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class SharedFileTest {
    private static final int TAILED_BYTES = 4_000_000;
    private static final int APPENDING_PROCESSES = 3;
    private static final int RECORDS = 60;
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(120);
    private static final long POLL_NANOS = 200_000;

    /** Appends so many records of random lengths, each by one write(2): number of the writer, of the record, its length. */
    private static final String APPENDER = """
            import os, random, sys
            writer, count, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
            random.seed(writer)
            fd = os.open(path, os.O_WRONLY | os.O_APPEND)
            for i in range(count):
                length = random.choice([1, 30, 4000, 4096, 70000])
                record = b'%d %d %d ' % (writer, i, length) + bytes([97 + writer]) * length + b'\\n'
                assert os.write(fd, record) == len(record)
                if random.randrange(10) == 0:
                    os.fsync(fd)
            os.close(fd)
            """;

    @Test
    void whoTailsAFileNeverSeesZerosForDataThatIsNotThere(Pair pair) throws Exception {
        long seed = System.nanoTime();
        System.out.println("tailed file: seed " + seed);
        Files.create(pair.here().at("log"));
        pair.awaitThere("log");
        CompletableFuture<Void> tail =
                CompletableFuture.runAsync(() -> tail(pair.there().at("log")));
        CompletableFuture<Void> look =
                CompletableFuture.runAsync(() -> lookAgain(pair.there().at("log")));
        log(pair.here().at("log"), new Random(seed));
        tail.get(3, TimeUnit.MINUTES);
        look.get(3, TimeUnit.MINUTES);
    }

    /** Each byte tells where it belongs, and none is zero. */
    private static byte expected(long offset) {
        return (byte) (1 + (offset + offset / 251) % 251);
    }

    private static void log(String path, Random random) {
        int descriptor = ok(ROOT.open(path, O_WRONLY | O_APPEND));
        int size = 0;
        while (size < TAILED_BYTES) {
            int[] bounds = {100, 5_000, 40_000, 300_000};
            int length = Math.min(TAILED_BYTES - size, 1 + random.nextInt(bounds[random.nextInt(bounds.length)]));
            byte[] data = new byte[length];
            for (int i = 0; i < length; i++) {
                data[i] = expected(size + i);
            }
            assertEquals(length, ok(ROOT.write(descriptor, data)));
            size += length;
            if (random.nextInt(6) == 0) {
                ok(ROOT.fsync(descriptor));
            }
            LockSupport.parkNanos(random.nextInt(20) * 1_000_000L);
        }
        ok(ROOT.close(descriptor));
    }

    /** As tail -f: reads on from where it is. */
    private static void tail(String path) {
        int descriptor = ok(ROOT.open(path, O_RDONLY));
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        byte[] data = new byte[65_536];
        for (int at = 0; at < TAILED_BYTES; ) {
            int count = (int) ok(ROOT.read(descriptor, data));
            check(at, data, count);
            at += count;
            if (count == 0) {
                assertTrue(System.nanoTime() < deadline, "only " + at + " bytes seen");
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
        ok(ROOT.close(descriptor));
    }

    /** Opens the file anew each time and reads the end that fstat(2) tells of. */
    private static void lookAgain(String path) {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        byte[] data = new byte[65_536];
        for (long size = 0; size < TAILED_BYTES; ) {
            int descriptor = ok(ROOT.open(path, O_RDONLY));
            size = ROOT.fstat(descriptor).get().size();
            long from = Math.max(0, size - 50_000);
            int count = (int) ok(ROOT.pread(descriptor, data, from));
            assertTrue(from + count >= size, "size " + size + ", read to " + (from + count));
            check(from, data, count);
            ok(ROOT.close(descriptor));
            assertTrue(System.nanoTime() < deadline, "only " + size + " bytes seen");
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static void check(long from, byte[] data, int count) {
        for (int i = 0; i < count; i++) {
            if (data[i] != expected(from + i)) {
                throw new AssertionError(
                        "byte " + (from + i) + " is " + data[i] + " (expected: " + expected(from + i) + ")");
            }
        }
    }

    @Test
    void appendsOfProcessesOnBothMountsAreNeverTornNorLost(Pair pair) {
        Files.create(pair.here().at("records"));
        pair.awaitThere("records");
        StringBuilder script = new StringBuilder("pids=\n");
        for (int writer = 0; writer < 2 * APPENDING_PROCESSES; writer++) {
            Place place = writer % 2 == 0 ? pair.here() : pair.there();
            script.append("python3 -c \"$APPENDER\" " + writer + " " + RECORDS + " '" + place.at("records")
                    + "' & pids=\"$pids $!\"\n");
        }
        script.append("for pid in $pids; do wait $pid; done\n");
        Shell.run(Path.of("/"), "APPENDER='" + APPENDER.replace("'", "'\\''") + "'\n" + script);
        checkRecords(read(pair.here().at("records")));
        checkRecords(read(pair.there().at("records")));
    }

    private static void checkRecords(String content) {
        int[] next = new int[2 * APPENDING_PROCESSES];
        for (int at = 0; at < content.length(); ) {
            String[] head =
                    content.substring(at, Math.min(content.length(), at + 30)).split(" ", 4);
            assertEquals(4, head.length, "a record begins at " + at);
            int writer = Integer.parseInt(head[0]);
            int length = Integer.parseInt(head[2]);
            assertEquals(next[writer]++, Integer.parseInt(head[1]), "records of writer " + writer + " in order");
            int from = at + head[0].length() + head[1].length() + head[2].length() + 3;
            String body = content.substring(from, from + length);
            assertEquals(String.valueOf((char) ('a' + writer)).repeat(length), body);
            assertEquals('\n', content.charAt(from + length));
            at = from + length + 1;
        }
        int[] all = new int[2 * APPENDING_PROCESSES];
        Arrays.fill(all, RECORDS);
        assertEquals(Arrays.toString(all), Arrays.toString(next));
    }

    private static String read(String path) {
        int descriptor = ok(ROOT.open(path, O_RDONLY));
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        byte[] data = new byte[1 << 20];
        for (int count = (int) ok(ROOT.read(descriptor, data)); count > 0; ) {
            content.write(data, 0, count);
            count = (int) ok(ROOT.read(descriptor, data));
        }
        ok(ROOT.close(descriptor));
        return content.toString(StandardCharsets.ISO_8859_1);
    }
}
