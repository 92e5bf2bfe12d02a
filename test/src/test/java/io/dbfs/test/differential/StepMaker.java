package io.dbfs.test.differential;

import static io.dbfs.test.posix.libc.Constants.O_APPEND;
import static io.dbfs.test.posix.libc.Constants.O_CREAT;
import static io.dbfs.test.posix.libc.Constants.O_DIRECTORY;
import static io.dbfs.test.posix.libc.Constants.O_EXCL;
import static io.dbfs.test.posix.libc.Constants.O_NOFOLLOW;
import static io.dbfs.test.posix.libc.Constants.O_NONBLOCK;
import static io.dbfs.test.posix.libc.Constants.O_RDWR;
import static io.dbfs.test.posix.libc.Constants.O_TRUNC;
import static io.dbfs.test.posix.libc.Constants.O_WRONLY;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes sequences at random: few names, so that calls meet. The same seed gives the same sequence. */
final class StepMaker {
    static final int SLOTS = 6;

    private static final String[] NAMES = {"a", "b", "c", "d"};
    private static final int[] MODES = {
        0, 0400, 0444, 0555, 0600, 0644, 0640, 0666, 0700, 0711, 0755, 0770, 0777, 01777, 02755, 02775, 04755, 06777
    };
    private static final int LARGE_BYTES = 300_000;
    private static final int SMALL_BYTES = 9_000;

    private final Random random;
    private final int sides;

    /** @param sides on how many mounts the calls are made */
    StepMaker(Random random, int sides) {
        this.random = random;
        this.sides = sides;
    }

    List<Step> make(int count) {
        List<Step> steps = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            steps.add(make(kind()));
        }
        return steps;
    }

    private Step make(Kind kind) {
        // Root does most of it: who may do nothing finds nothing.
        int user = random.nextInt(5) < 3 ? 0 : random.nextInt(Player.USERS);
        boolean large = random.nextInt(12) == 0;
        return new Step(
                kind,
                random.nextInt(sides),
                user,
                path(),
                path(),
                random.nextInt(SLOTS),
                flags(kind),
                MODES[random.nextInt(MODES.length)],
                random.nextInt(large ? LARGE_BYTES : SMALL_BYTES),
                random.nextInt(random.nextBoolean() ? 100 : large ? LARGE_BYTES : SMALL_BYTES));
    }

    private Kind kind() {
        int sum = 0;
        for (Kind kind : Kind.values()) {
            sum += kind.weight();
        }
        int left = random.nextInt(sum);
        for (Kind kind : Kind.values()) {
            left -= kind.weight();
            if (left < 0) {
                return kind;
            }
        }
        throw new IllegalStateException("weights");
    }

    private String path() {
        StringBuilder path = new StringBuilder(name());
        int depth = random.nextInt(3);
        for (int i = 0; i < depth; i++) {
            path.append('/').append(name());
        }
        return switch (random.nextInt(60)) {
            case 0 -> path + "/";
            case 1 -> path + "/.";
            case 2 -> path + "/" + "n".repeat(256);
            default -> path.toString();
        };
    }

    private String name() {
        return NAMES[random.nextInt(NAMES.length)];
    }

    private int flags(Kind kind) {
        return switch (kind) {
            case OPEN -> openFlags();
            case RENAME -> random.nextInt(4) == 0 ? random.nextInt(4) : 0;
            case ACCESS -> random.nextInt(8);
            case SETXATTR -> random.nextInt(3);
            default -> random.nextInt(1 << 12);
        };
    }

    private int openFlags() {
        int flags = O_NONBLOCK;
        int access = random.nextInt(4);
        flags |= access == 0 ? 0 : access == 1 ? O_WRONLY : O_RDWR;
        flags |= random.nextInt(3) > 0 ? O_CREAT : 0;
        flags |= random.nextInt(6) == 0 ? O_EXCL : 0;
        flags |= random.nextInt(6) == 0 ? O_TRUNC : 0;
        flags |= random.nextInt(6) == 0 ? O_APPEND : 0;
        flags |= random.nextInt(20) == 0 ? O_NOFOLLOW : 0;
        // With O_CREAT its meaning differs between kernels.
        flags |= (flags & O_CREAT) == 0 && random.nextInt(6) == 0 ? O_DIRECTORY : 0;
        // Without O_CREAT, O_EXCL means nothing to a file and is undefined.
        return (flags & O_CREAT) == 0 ? flags & ~O_EXCL : flags;
    }
}
