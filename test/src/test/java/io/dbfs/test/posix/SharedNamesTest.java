package io.dbfs.test.posix;

import static io.dbfs.test.posix.Check.name;
import static io.dbfs.test.posix.Check.ok;
import static io.dbfs.test.posix.Place.ROOT;
import static io.dbfs.test.posix.libc.Constants.O_CREAT;
import static io.dbfs.test.posix.libc.Constants.O_EXCL;
import static io.dbfs.test.posix.libc.Constants.O_NOFOLLOW;
import static io.dbfs.test.posix.libc.Constants.O_RDONLY;
import static io.dbfs.test.posix.libc.Constants.O_WRONLY;
import static io.dbfs.test.posix.libc.Constants.RENAME_EXCHANGE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.test.posix.libc.DirectoryStream;
import io.dbfs.test.posix.libc.Outcome;
import io.dbfs.test.posix.libc.Stat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two mounts change one name at the same time: once both calls have returned, every mount shows the same. */
@ExtendWith(Pair.Resolver.class)
@Timeout(value = 600, unit = TimeUnit.SECONDS)
final class SharedNamesTest {
    private static final int ROUNDS_OF_RENAMES = 200;
    private static final List<String> NAMES = List.of("x", "of-here", "of-there", "away-here", "away-there");

    /** What the name leads to before. */
    private enum Start {
        NOTHING,
        FILE,
        DIRECTORY
    }

    /** What is done to "x"; {@code side} tells the names of one mount from those of the other. */
    private enum Call {
        CREATE {
            @Override
            long run(Place place, String side) {
                int descriptor = ROOT.open(place.at("x"), O_WRONLY | O_CREAT | O_EXCL, 0644);
                return descriptor < 0 ? descriptor : ROOT.close(descriptor);
            }
        },
        MKDIR {
            @Override
            long run(Place place, String side) {
                return ROOT.mkdir(place.at("x"), 0755);
            }
        },
        SYMLINK {
            @Override
            long run(Place place, String side) {
                return ROOT.symlink(side, place.at("x"));
            }
        },
        LINK {
            @Override
            long run(Place place, String side) {
                return ROOT.link(place.at("of-" + side), place.at("x"));
            }
        },
        UNLINK {
            @Override
            long run(Place place, String side) {
                return ROOT.unlink(place.at("x"));
            }
        },
        RMDIR {
            @Override
            long run(Place place, String side) {
                return ROOT.rmdir(place.at("x"));
            }
        },
        RENAME_ONTO {
            @Override
            long run(Place place, String side) {
                return ROOT.rename(place.at("of-" + side), place.at("x"));
            }
        },
        RENAME_AWAY {
            @Override
            long run(Place place, String side) {
                return ROOT.rename(place.at("x"), place.at("away-" + side));
            }
        },
        EXCHANGE {
            @Override
            long run(Place place, String side) {
                return ROOT.rename(place.at("of-" + side), place.at("x"), RENAME_EXCHANGE);
            }
        };

        /** The result as of the system call. */
        abstract long run(Place place, String side);
    }

    @Test
    void everyPairOfCallsIsSeenAlikeOnceBothHaveReturned(Pair pair, Path third) throws Exception {
        try (Rounds rounds = new Rounds(pair, third)) {
            for (Call here : Call.values()) {
                for (Call there : Call.values()) {
                    for (Start start : Start.values()) {
                        rounds.run(here, there, start);
                    }
                }
            }
            rounds.check();
        }
    }

    @Test
    void oneOfTwoRenamesOntoANameIsSeenOnBothMounts(Pair pair, Path third) throws Exception {
        try (Rounds rounds = new Rounds(pair, third)) {
            for (int i = 0; i < ROUNDS_OF_RENAMES; i++) {
                rounds.run(Call.RENAME_ONTO, Call.RENAME_ONTO, Start.FILE);
            }
            rounds.check();
        }
    }

    /** Each round has a directory of its own, which the third mount has never seen. */
    private static final class Rounds implements AutoCloseable {
        private final Pair pair;
        private final Path third;
        private final ExecutorService executor = Executors.newFixedThreadPool(2);
        private final List<String> differences = new ArrayList<>();
        private final long startNanos = System.nanoTime();
        private int count;

        Rounds(Pair pair, Path third) {
            this.pair = pair;
            this.third = third.resolve(pair.here().directory().getFileName().toString());
        }

        void run(Call here, Call there, Start start) throws Exception {
            String directory = "round" + count++;
            ok(ROOT.mkdir(pair.here().at(directory), 0755));
            pair.awaitThere(directory);
            Place one = in(pair.here().directory(), directory);
            Place other = in(pair.there().directory(), directory);
            prepare(one, start);
            // Both know all names, and those that are not there.
            view(one);
            view(other);
            CyclicBarrier together = new CyclicBarrier(2);
            Future<Long> first = executor.submit(() -> at(together, here, one, "here"));
            Future<Long> second = executor.submit(() -> at(together, there, other, "there"));
            long resultHere = first.get(1, TimeUnit.MINUTES);
            long resultThere = second.get(1, TimeUnit.MINUTES);
            String seenHere = view(one);
            String seenThere = view(other);
            String fresh = view(in(third, directory));
            if (!seenHere.equals(fresh) || !seenThere.equals(fresh)) {
                differences.add(start + ", here " + here + ": " + result(resultHere) + ", there " + there + ": "
                        + result(resultThere) + "\n  here  " + seenHere + "\n  there " + seenThere + "\n  third "
                        + fresh + "\n");
            }
        }

        private static Place in(Path parent, String directory) {
            return new Place(FileSystemUnderTest.KERNEL, parent.resolve(directory));
        }

        private static long at(CyclicBarrier together, Call call, Place place, String side) throws Exception {
            together.await(1, TimeUnit.MINUTES);
            return call.run(place, side);
        }

        private static String result(long result) {
            return result < 0 ? name(result) : "done";
        }

        private static void prepare(Place place, Start start) {
            for (String name : start == Start.NOTHING ? List.of("of-here", "of-there") : NAMES.subList(0, 3)) {
                if (start == Start.DIRECTORY) {
                    ok(ROOT.mkdir(place.at(name), 0755));
                } else {
                    Files.create(place.at(name));
                }
            }
        }

        /** What lstat(2), open(2) and readdir(3) tell of the names. */
        private static String view(Place place) {
            StringBuilder view = new StringBuilder();
            for (String name : NAMES) {
                Outcome<Stat> stat = ROOT.lstat(place.at(name));
                view.append(name).append(": ").append(stat.result() < 0 ? name(stat.result()) : text(stat.get()));
                int descriptor = ROOT.open(place.at(name), O_RDONLY | O_NOFOLLOW);
                if (descriptor < 0) {
                    view.append(", open: ").append(name(descriptor));
                } else {
                    view.append(", open: ").append(ROOT.fstat(descriptor).get().inode());
                    ok(ROOT.close(descriptor));
                }
                view.append("; ");
            }
            TreeMap<String, Long> listed = new TreeMap<>();
            try (DirectoryStream stream =
                    ROOT.opendir(place.directory().toString()).get()) {
                for (Optional<DirectoryStream.Entry> entry = stream.next(); entry.isPresent(); entry = stream.next()) {
                    if (!entry.get().name().startsWith(".")) {
                        listed.put(entry.get().name(), entry.get().inode());
                    }
                }
            }
            return view.append("listed: ").append(listed).toString();
        }

        private static String text(Stat stat) {
            return stat.inode() + " mode " + Integer.toOctalString(stat.mode()) + " links " + stat.links();
        }

        void check() {
            System.out.println(count + " rounds, " + differences.size() + " seen differently, "
                    + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos) + " s");
            assertEquals("", String.join("", differences.subList(0, Math.min(10, differences.size()))));
        }

        @Override
        public void close() {
            executor.shutdownNow();
        }
    }
}
