package io.dbfs.test.differential;

import static io.dbfs.test.posix.libc.Constants.S_IFIFO;
import static io.dbfs.test.posix.libc.Constants.S_IFSOCK;

import io.dbfs.test.posix.libc.LibC;
import io.dbfs.test.posix.libc.User;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** A new directory of one filesystem, in which a sequence is played: by one player for each mount of that filesystem. */
final class Stage implements AutoCloseable {
    private static final LibC ROOT = LibC.as(User.ROOT);

    private final List<Player> players;
    private final Handover handover;
    private int side;

    private Stage(List<Player> players, Handover handover) {
        this.players = players;
        this.handover = handover;
    }

    /** Makes a directory of this name in what is mounted at all these paths. */
    static Stage make(List<Path> mounts, String name) {
        String path = mounts.get(0).resolve(name).toString();
        if (ROOT.mkdir(path, 0) != 0 || ROOT.chmod(path, 0777) != 0) {
            throw new AssertionError("cannot make " + path);
        }
        Handover handover = Handover.make(mounts, name + "-marks");
        for (int to = 1; to < mounts.size(); to++) {
            handover.pass(0, to);
        }
        // A pipe joins processes of one mount, as of one host; between two it does not.
        int nodeType = mounts.size() == 1 ? S_IFIFO : S_IFSOCK;
        List<Player> players = mounts.stream()
                .map(mount -> new Player(mount.resolve(name).toString(), nodeType))
                .toList();
        return new Stage(players, handover);
    }

    /** Makes a call on its mount, after what was done on another is written and has reached this one. */
    String play(Step step) {
        return turnTo(step.side()) + players.get(step.side()).play(step);
    }

    private String turnTo(int next) {
        if (next == side) {
            return "";
        }
        String written = players.get(side).sync();
        handover.pass(side, next);
        side = next;
        return written;
    }

    /** All that is there, as each mount shows it. */
    List<String> trees() {
        return IntStream.range(0, players.size())
                .mapToObj(next -> turnTo(next) + players.get(next).tree())
                .toList();
    }

    @Override
    public void close() {
        players.forEach(Player::close);
    }
}
