package io.dbfs.test.posix;

import static io.dbfs.test.posix.Check.fails;
import static io.dbfs.test.posix.Check.name;
import static io.dbfs.test.posix.Check.ok;
import static io.dbfs.test.posix.Place.ROOT;
import static io.dbfs.test.posix.libc.Constants.O_APPEND;
import static io.dbfs.test.posix.libc.Constants.O_CREAT;
import static io.dbfs.test.posix.libc.Constants.O_EXCL;
import static io.dbfs.test.posix.libc.Constants.O_RDWR;
import static io.dbfs.test.posix.libc.Constants.O_WRONLY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.Errno;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Calls that meet: what each may see is one of the states between them. */
final class RaceTest {
    private static final int WRITERS = 4;
    private static final int ROUNDS = 60;

    @PosixTest
    void appendsOfManyDescriptorsAreNeverTornNorLost(Place place) throws Exception {
        int record = 100;
        Files.create(place.at("f"));
        together(WRITERS, writer -> {
            int descriptor = ok(ROOT.open(place.at("f"), O_WRONLY | O_APPEND));
            byte[] bytes = new byte[record];
            Arrays.fill(bytes, (byte) ('a' + writer));
            for (int i = 0; i < ROUNDS; i++) {
                assertEquals(record, ok(ROOT.write(descriptor, bytes)));
            }
            ok(ROOT.close(descriptor));
        });
        String content = Files.read(place.at("f"));
        assertEquals(WRITERS * ROUNDS * record, content.length());
        int[] counts = new int[WRITERS];
        for (int i = 0; i < content.length(); i += record) {
            char first = content.charAt(i);
            assertEquals(String.valueOf(first).repeat(record), content.substring(i, i + record));
            counts[first - 'a']++;
        }
        for (int count : counts) {
            assertEquals(ROUNDS, count);
        }
    }

    @PosixTest
    void exclusiveCreateHasOneWinner(Place place) throws Exception {
        AtomicInteger winners = new AtomicInteger();
        together(WRITERS, writer -> {
            for (int i = 0; i < ROUNDS; i++) {
                int descriptor = ROOT.open(place.at("f" + i), O_WRONLY | O_CREAT | O_EXCL, 0644);
                if (descriptor >= 0) {
                    winners.incrementAndGet();
                    ok(ROOT.close(descriptor));
                } else {
                    fails(Errno.EEXIST, descriptor);
                }
            }
        });
        assertEquals(ROUNDS, winners.get());
    }

    @PosixTest
    void aNameThatIsReplacedNeverGoesMissing(Place place) throws Exception {
        place.needs(PathApiLimit.REPLACED_NAMES);
        Files.write(place.at("f"), "0");
        AtomicBoolean done = new AtomicBoolean();
        together(2, side -> {
            if (side == 0) {
                try {
                    for (int i = 0; i < ROUNDS; i++) {
                        Files.write(place.at("next"), "1");
                        ok(ROOT.rename(place.at("next"), place.at("f")));
                    }
                } finally {
                    done.set(true);
                }
            } else {
                while (!done.get()) {
                    assertEquals(1, Files.read(place.at("f")).length());
                }
            }
        });
    }

    @PosixTest
    void unlinkHasOneWinner(Place place) throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            Files.create(place.at("f" + i));
        }
        AtomicInteger winners = new AtomicInteger();
        together(WRITERS, writer -> {
            for (int i = 0; i < ROUNDS; i++) {
                int result = ROOT.unlink(place.at("f" + i));
                if (result == 0) {
                    winners.incrementAndGet();
                } else {
                    fails(Errno.ENOENT, result);
                }
            }
        });
        assertEquals(ROUNDS, winners.get());
    }

    @PosixTest
    void linkAndUnlinkKeepTheCount(Place place) throws Exception {
        Files.create(place.at("f"));
        together(WRITERS, writer -> {
            for (int i = 0; i < ROUNDS; i++) {
                ok(ROOT.link(place.at("f"), place.at("g" + writer)));
                ok(ROOT.unlink(place.at("g" + writer)));
            }
        });
        assertEquals(1, ROOT.stat(place.at("f")).get().links());
    }

    @PosixTest
    void renamesInCirclesLoseNothing(Place place) throws Exception {
        ok(ROOT.mkdir(place.at("a"), 0755));
        ok(ROOT.mkdir(place.at("b"), 0755));
        together(WRITERS, writer -> {
            String name = "/f" + writer;
            Files.write(place.at("a" + name), name);
            for (int i = 0; i < ROUNDS; i++) {
                ok(ROOT.rename(place.at("a" + name), place.at("b" + name)));
                ok(ROOT.rename(place.at("b" + name), place.at("a" + name)));
            }
        });
        for (int writer = 0; writer < WRITERS; writer++) {
            assertEquals("/f" + writer, Files.read(place.at("a/f" + writer)));
        }
        assertEquals(Errno.ENOTEMPTY.toString(), name(ROOT.rmdir(place.at("a"))));
        ok(ROOT.rmdir(place.at("b")));
    }

    @PosixTest
    void directoriesNeverGetIntoEachOther(Place place) throws Exception {
        ok(ROOT.mkdir(place.at("a"), 0755));
        ok(ROOT.mkdir(place.at("b"), 0755));
        together(2, side -> {
            String from = side == 0 ? "a" : "b";
            String to = side == 0 ? "b" : "a";
            for (int i = 0; i < ROUNDS; i++) {
                int result = ROOT.rename(place.at(from), place.at(to + "/" + from));
                if (result == 0) {
                    ok(ROOT.rename(place.at(to + "/" + from), place.at(from)));
                } else {
                    assertTrue(Set.of("ENOENT", "EINVAL").contains(name(result)), name(result));
                }
            }
        });
        assertEquals(2, ROOT.stat(place.at("a")).get().links());
        assertEquals(2, ROOT.stat(place.at("b")).get().links());
    }

    @PosixTest
    void aWriteToAFileThatIsUnlinkedMeanwhileSucceeds(Place place) throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            String path = place.at("f" + i);
            int descriptor = ok(ROOT.open(path, O_RDWR | O_CREAT, 0644));
            together(2, side -> {
                if (side == 0) {
                    assertEquals(5, ok(ROOT.write(descriptor, Files.bytes("bytes"))));
                } else {
                    ok(ROOT.unlink(path));
                }
            });
            assertEquals("bytes", Files.read(descriptor));
            ok(ROOT.close(descriptor));
        }
    }

    /** Runs the same in threads that start together; fails with the first failure. */
    private static void together(int threads, Side side) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            CyclicBarrier start = new CyclicBarrier(threads);
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int number = i;
                running.add(executor.submit(() -> {
                    start.await(1, TimeUnit.MINUTES);
                    side.run(number);
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get(2, TimeUnit.MINUTES);
            }
        } finally {
            executor.shutdownNow();
        }
    }

    /** What one of the threads does. */
    @FunctionalInterface
    private interface Side {
        void run(int number) throws Exception;
    }
}
