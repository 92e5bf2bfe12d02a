package io.dbfs.test.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.test.harness.Await;
import io.dbfs.test.harness.DbfsCommand;
import io.dbfs.test.harness.Deployment;
import io.dbfs.test.harness.ServerProcess;
import io.dbfs.test.harness.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bytes of chunk files are flipped on the disks of two nodes, which hold one copy each of everything. */
@Timeout(300)
final class DamagedDisksTest {
    private static final Duration LIMIT = Duration.ofSeconds(100);
    private static final int LENGTH = 1 << 20;
    private static final int IN_FIRST_BLOCK = 10_000;
    private static final int IN_SECOND_BLOCK = 100_000;

    @TempDir
    Path scratch;

    private Deployment deployment;

    @BeforeEach
    void start() throws IOException {
        deployment = Deployment.start(scratch, 1, 2, "read_host_files=false");
    }

    @AfterEach
    void stop() {
        if (deployment != null) {
            deployment.close();
        }
    }

    @Test
    void damageInDifferentBlocksIsRepairedAndDamageInTheSameOneIsNamed() throws IOException {
        byte[] bytes = new byte[LENGTH];
        new SplittableRandom(1).nextBytes(bytes);
        Path mounted = deployment.mount();
        Path directory = Files.createDirectory(mounted.resolve("directory"));
        Files.write(directory.resolve("whole"), bytes);
        List<Path> whole = chunkFiles();
        Files.write(directory.resolve("gone"), bytes);
        List<Path> gone = new ArrayList<>(chunkFiles());
        gone.removeAll(whole);
        assertEquals(2, whole.size());
        assertEquals(2, gone.size());

        flip(whole.get(0), IN_FIRST_BLOCK);
        flip(whole.get(1), IN_SECOND_BLOCK);
        gone.forEach(file -> flip(file, IN_FIRST_BLOCK));
        deployment.remount();
        assertTrue(Arrays.equals(bytes, Files.readAllBytes(directory.resolve("whole"))), "the file reads back");
        Shell.run(mounted, "! cat directory/gone > /dev/null 2>&1");

        Await.until(
                "both copies are whole",
                LIMIT,
                () -> whole.stream().allMatch(file -> Arrays.equals(bytes, Arrays.copyOf(read(file), LENGTH))));
        Await.until(
                "one chunk is lost",
                LIMIT,
                () -> deployment.status().getClusters(0).getFigures().getChunksLost() == 1);
        String supernodes = String.join(",", deployment.supernodeAddresses());
        Await.until("status names the file of the lost chunk", LIMIT, () -> {
            DbfsCommand.Result lost = DbfsCommand.run("status", "--lost", "--json", "--supernodes", supernodes);
            assertEquals(1, lost.status(), lost.out() + lost.err());
            assertTrue(lost.out().contains("\"/directory/gone\""), lost.out());
            return true;
        });
        long failures = deployment.servers().stream()
                .map(ServerProcess::log)
                .flatMap(String::lines)
                .filter(line -> line.contains("copy of chunk") && line.contains("WARN"))
                .count();
        assertTrue(failures <= 2, failures + " warnings of failed copies\n" + deployment.logs());

        Files.delete(directory.resolve("gone"));
        Await.until(
                "nothing is lost",
                LIMIT,
                () -> DbfsCommand.run("status", "--lost", "--supernodes", supernodes)
                                .status()
                        == 0);
    }

    /** Every sealed chunk of either node. */
    private List<Path> chunkFiles() throws IOException {
        try (Stream<Path> files = Files.walk(scratch)) {
            return files.filter(file -> file.toString().endsWith(".chunk")).toList();
        }
    }

    private static void flip(Path file, long position) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            int unused = channel.read(one, position);
            one.put(0, (byte) ~one.get(0)).flip();
            unused = channel.write(one, position);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
