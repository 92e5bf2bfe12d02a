package io.dbfs.supernode.names;

import static io.dbfs.supernode.names.NamesFixture.HOME;
import static io.dbfs.supernode.names.NamesFixture.ROOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.Errno;
import io.dbfs.proto.ConfirmReleasedCommand;
import io.dbfs.proto.InodeType;
import io.dbfs.proto.NameOutcome;
import io.dbfs.proto.NamesCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OrphansTest {
    private final NamesFixture names = new NamesFixture();

    @AfterEach
    void close() {
        names.close();
    }

    @Test
    void withoutSessionsContentsAreReleasedAtOnce() {
        long file = names.file(ROOT, "f");
        NameOutcome unlinked = names.unlink(ROOT, "f");
        assertEquals(0, unlinked.getInode().getLinkCount());
        assertEquals(List.of(file), releases());
        assertGone(file);
    }

    @Test
    void anUnlinkedFileIsThereUntilEverySessionLetsGo() {
        long first = names.openSession();
        long second = names.openSession();
        long file = names.file(ROOT, "f");
        names.unlink(ROOT, "f");
        assertEquals(List.of(file), waitingFor(first));
        assertEquals(List.of(file), waitingFor(second));
        names.releaseOrphans(first, List.of(file));
        assertEquals(List.of(), waitingFor(first));
        assertEquals(0, names.inode(file).getLinkCount());
        assertEquals(List.of(), releases());
        names.releaseOrphans(second, List.of(file));
        assertGone(file);
        assertEquals(List.of(file), releases());
        assertEquals(0, names.read(NamesReader::namespace).getOrphans());
    }

    @Test
    void letGoTwiceCountsOnce() {
        long first = names.openSession();
        names.openSession();
        long file = names.file(ROOT, "f");
        names.unlink(ROOT, "f");
        names.releaseOrphans(first, List.of(file, file));
        names.releaseOrphans(first, List.of(file));
        assertEquals(0, names.inode(file).getLinkCount());
    }

    @Test
    void aSessionOpenedLaterIsNotWaitedFor() {
        long first = names.openSession();
        long file = names.file(ROOT, "f");
        names.unlink(ROOT, "f");
        long later = names.openSession();
        assertEquals(List.of(), waitingFor(later));
        names.releaseOrphans(first, List.of(file));
        assertGone(file);
    }

    @Test
    void theEndOfASessionLetsGoOfAllItsOrphans() {
        long session = names.openSession();
        List<Long> files = new ArrayList<>();
        for (int i = 0; i <= Limits.ORPHANS_PER_COMMAND; i++) {
            files.add(names.file(ROOT, "f" + i));
            names.unlink(ROOT, "f" + i);
        }
        assertTrue(names.endSession(session).getMore());
        assertTrue(names.read(reader -> reader.session(session)).orElseThrow().getEnding());
        assertFalse(names.endSession(session).getMore());
        assertEquals(Optional.empty(), names.read(reader -> reader.session(session)));
        assertEquals(files, releases());
        assertFalse(names.endSession(session).getMore(), "once more changes nothing");
    }

    @Test
    void aSymlinkIsGoneAtOnceAndHasNothingToRelease() {
        names.openSession();
        long link = names.symlink(ROOT, "l", "target").getInode().getId();
        names.unlink(ROOT, "l");
        assertGone(link);
        assertEquals(List.of(), releases());
    }

    @Test
    void aFifoWaitsButHasNothingToRelease() {
        long session = names.openSession();
        long fifo = names.create(ROOT, "p", InodeType.FIFO, 0600).getInode().getId();
        names.unlink(ROOT, "p");
        assertEquals(List.of(fifo), waitingFor(session));
        names.releaseOrphans(session, List.of(fifo));
        assertGone(fifo);
        assertEquals(List.of(), releases());
    }

    @Test
    void renameOverAFileOrphansIt() {
        long session = names.openSession();
        long kept = names.file(ROOT, "new");
        long replaced = names.file(ROOT, "old");
        NameOutcome renamed = names.rename(ROOT, "new", ROOT, "old");
        assertEquals(kept, renamed.getInode().getId());
        assertTrue(renamed.getAlsoChangedList().stream()
                .anyMatch(inode -> inode.getId() == replaced && inode.getLinkCount() == 0));
        assertEquals(List.of(replaced), waitingFor(session));
    }

    @Test
    void anOrphanGetsNoNewName() {
        names.openSession();
        long file = names.file(ROOT, "f");
        names.unlink(ROOT, "f");
        assertEquals(Optional.of(Errno.ENOENT), NamesFixture.errno(names.link(file, ROOT, "g")));
    }

    @Test
    void aConfirmedReleaseIsForgottenAndMayBeConfirmedAgain() {
        long file = names.file(ROOT, "f");
        names.unlink(ROOT, "f");
        assertEquals(1, names.read(NamesReader::namespace).getReleasesPending());
        confirm(file);
        confirm(file);
        assertEquals(List.of(), releases());
        assertEquals(0, names.read(NamesReader::namespace).getReleasesPending());
    }

    private void confirm(long file) {
        names.apply(NamesCommand.newBuilder()
                .setConfirmReleased(
                        ConfirmReleasedCommand.newBuilder().setCluster(HOME).addInodes(file))
                .build()
                .toByteArray());
    }

    private List<Long> releases() {
        return names.read(reader -> reader.releases(HOME, 10_000));
    }

    private List<Long> waitingFor(long session) {
        return names.read(reader -> reader.orphansWaitingFor(session, 100));
    }

    private void assertGone(long inode) {
        assertEquals(Optional.empty(), names.read(reader -> reader.inode(inode)));
    }
}
