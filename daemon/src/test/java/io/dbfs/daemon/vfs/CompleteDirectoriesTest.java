package io.dbfs.daemon.vfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.daemon.client.NamesClient;
import io.dbfs.daemon.watch.ChangeReader;
import io.dbfs.daemon.watch.Coverage;
import io.dbfs.proto.ReadDirectoryReply;
import io.dbfs.proto.ReadDirectoryRequest;
import io.dbfs.proto.WatchReply;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Whoever makes a name, and whenever: it is never said to be missing once its maker was told that it is there. */
final class CompleteDirectoriesTest {
    private static final InodeId DIRECTORY = new InodeId(7);
    private static final int STEPS = 20_000;

    private final Coverage coverage = new Coverage(() -> 0L);
    private final ChangeReader stream =
            new ChangeReader(1, coverage, news -> CompletableFuture.completedFuture(null), () -> 0L);
    private final Server server = new Server();
    private final CompleteDirectories complete = new CompleteDirectories(
            server.client(),
            new Validity(() -> 0L, Duration.ofHours(1), Duration.ofHours(1), coverage, cluster -> coverage));
    private long told;

    /** A directory by cookies, as the supernode lists it. */
    private static final class Server {
        final TreeMap<Long, String> entries = new TreeMap<>();
        long cookie = 16;
        int listings;
        boolean fails;
        /** Done after a page was read and before its reply arrives. */
        Runnable meanwhile = () -> {};

        NamesClient client() {
            return (NamesClient) Proxy.newProxyInstance(
                    NamesClient.class.getClassLoader(),
                    new Class<?>[] {NamesClient.class},
                    (proxy, method, arguments) -> {
                        assertEquals("readDirectory", method.getName());
                        return list((ReadDirectoryRequest) arguments[0]);
                    });
        }

        void make(String name) {
            if (!entries.containsValue(name)) {
                entries.put(cookie++, name);
            }
        }

        void remove(String name) {
            entries.values().remove(name);
        }

        private ReadDirectoryReply list(ReadDirectoryRequest request) {
            assertEquals(DIRECTORY.value(), request.getDirectory());
            assertEquals(1, request.getWatchedBy());
            listings++;
            ReadDirectoryReply.Builder reply = ReadDirectoryReply.newBuilder().setEnd(true);
            for (var entry : entries.tailMap(request.getAfterCookie(), false).entrySet()) {
                // Small pages, so that there are many.
                if (reply.getEntriesCount() == 5) {
                    reply.setEnd(false);
                    break;
                }
                reply.addEntriesBuilder()
                        .setName(ByteString.copyFromUtf8(entry.getValue()))
                        .setCookie(entry.getKey());
            }
            meanwhile.run();
            if (fails) {
                throw new FsException(Errno.ETIMEDOUT);
            }
            return reply.build();
        }
    }

    private void tell(WatchReply.Builder news) {
        stream.take(news.setNumber(++told).setPing(stream.ping()).build(), () -> {});
    }

    private boolean lacks(String name) {
        return complete.lacks(DIRECTORY, Name.of(name));
    }

    /** Looks for what is not there, as often as it takes for the directory to be known or {@code most} times. */
    private int missUntilKnown(int most) {
        for (int misses = 0; misses < most; misses++) {
            if (lacks("missing")) {
                return misses;
            }
            complete.missed(DIRECTORY);
        }
        return most;
    }

    @Test
    void aDirectoryIsListedOnceItIsWorthIt() {
        tell(WatchReply.newBuilder().setEverything(true));
        server.make("a");
        assertEquals(16, missUntilKnown(100));
        assertEquals(1, server.listings);
        assertFalse(lacks("a"));
        assertTrue(lacks("b"));
    }

    @Test
    void aNewDirectoryIsListedAtOnce() {
        tell(WatchReply.newBuilder().setEverything(true));
        complete.isNew(DIRECTORY);
        assertTrue(lacks("a"));
        complete.added(DIRECTORY, Name.of("a"));
        assertFalse(lacks("a"));
        assertEquals(1, server.listings);
    }

    @Test
    void whereOthersMakeNamesListingIsWorthLess() {
        tell(WatchReply.newBuilder().setEverything(true));
        List<Integer> prices = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            prices.add(missUntilKnown(1_000));
            tell(WatchReply.newBuilder().addInodes(DIRECTORY.value()));
            assertFalse(lacks("missing"));
        }
        assertEquals(List.of(16, 32, 64, 128), prices);
    }

    @Test
    void withoutAStreamNothingIsKnown() {
        assertEquals(100, missUntilKnown(100));
        assertEquals(0, server.listings);
        tell(WatchReply.newBuilder().setEverything(true));
        assertTrue(missUntilKnown(100) < 100);
        stream.end();
        assertFalse(lacks("missing"));
    }

    @Test
    void anOperationThatMayStillBeDoneEndsIt() {
        tell(WatchReply.newBuilder().setEverything(true));
        missUntilKnown(100);
        complete.bar(DIRECTORY);
        assertEquals(1_000, missUntilKnown(1_000));
        assertEquals(1, server.listings);
    }

    @Test
    void aDirectoryOfTooManyNamesIsNotKept() {
        tell(WatchReply.newBuilder().setEverything(true));
        complete.isNew(DIRECTORY);
        assertTrue(lacks("missing"));
        for (int i = 0; i <= CompleteDirectories.NAMES_OF_DIRECTORY_MAX; i++) {
            complete.added(DIRECTORY, Name.of("name-" + i));
        }
        assertFalse(lacks("missing"));
        assertEquals(100, missUntilKnown(100));
    }

    @Test
    void aListingThatFailsIsBegunAgain() {
        tell(WatchReply.newBuilder().setEverything(true));
        complete.isNew(DIRECTORY);
        server.fails = true;
        assertThrows(FsException.class, () -> lacks("a"));
        server.fails = false;
        assertTrue(missUntilKnown(100) < 100);
    }

    @Test
    void whatIsThereIsNeverLacked() {
        long seed = Long.getLong("dbfs.soak.seed", System.nanoTime());
        Random random = new Random(seed);
        Set<String> made = new HashSet<>();
        List<String> begun = new ArrayList<>();
        tell(WatchReply.newBuilder().setEverything(true));
        server.meanwhile = () -> {
            for (int i = random.nextInt(4); i > 0; i--) {
                change(random, made, begun);
            }
        };
        int known = 0;
        for (int i = 0; i < STEPS; i++) {
            if (random.nextInt(50) == 0) {
                change(random, made, begun);
            }
            if (lacks("missing")) {
                known++;
            } else {
                complete.missed(DIRECTORY);
            }
            for (String name : List.copyOf(made)) {
                // It may be removed while it is looked for.
                assertFalse(lacks(name) && made.contains(name), () -> "seed " + seed + ": " + name);
            }
        }
        assertTrue(known > STEPS / 10, "seed " + seed + ": known only " + known + " times");
    }

    /** This mount begins to make a name, or has made it; another mount makes one; or a name is removed. */
    private void change(Random random, Set<String> made, List<String> begun) {
        String name = "name-" + random.nextInt(60);
        switch (random.nextInt(40)) {
            case 0 -> {
                server.make(name);
                tell(WatchReply.newBuilder().addInodes(DIRECTORY.value()));
                made.add(name);
            }
            case 1 -> tell(WatchReply.newBuilder().setEverything(true));
            case 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 -> {
                server.remove(name);
                made.remove(name);
                begun.remove(name);
            }
            case 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25 -> {
                complete.added(DIRECTORY, Name.of(name));
                begun.add(name);
            }
            default -> {
                if (!begun.isEmpty()) {
                    String done = begun.remove(random.nextInt(begun.size()));
                    server.make(done);
                    complete.added(DIRECTORY, Name.of(done));
                    made.add(done);
                }
            }
        }
    }
}
