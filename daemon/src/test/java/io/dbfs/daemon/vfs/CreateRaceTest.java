package io.dbfs.daemon.vfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.dbfs.common.Caller;
import io.dbfs.common.Errno;
import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.fuse.FileSystem;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** O_CREAT of a name that another mount has just made: the kernel checks no permission of what it is given for a new file. */
final class CreateRaceTest {
    private static final Caller ALICE = new Caller(10_001, 20_001, 1);
    private static final Caller BOB = new Caller(10_002, 20_002, 1);
    private static final int WRITE_ONLY = 01;
    private static final int READ_ONLY = 0;

    private TestSystem system;
    private TestMount mount;

    @BeforeEach
    void start() throws IOException {
        system = new TestSystem();
        mount = system.patientMount();
    }

    @AfterEach
    void stop() {
        system.close();
    }

    private FileSystem.Created create(Caller caller, int mode, int flags) {
        return mount.fileSystem.create(caller, InodeId.ROOT, Name.of("file"), mode, flags);
    }

    @Test
    void nobodyIsGivenAFileOfAnother() {
        create(ALICE, 0600, READ_ONLY);
        TestMount.assertErrno(Errno.ESTALE, () -> create(BOB, 0666, READ_ONLY));
        TestMount.assertErrno(Errno.ESTALE, () -> create(Caller.ROOT, 0666, READ_ONLY));
        assertFalse(mount.stat("file").uid() == BOB.uid());
    }

    @Test
    void theOwnerIsGivenWhatItsBitsAllow() {
        InodeId made = create(ALICE, 0400, WRITE_ONLY).entry().attributes().inode();
        assertEquals(made, create(ALICE, 0666, READ_ONLY).entry().attributes().inode());
        TestMount.assertErrno(Errno.ESTALE, () -> create(ALICE, 0666, WRITE_ONLY));
        TestMount.assertErrno(Errno.ESTALE, () -> create(ALICE, 0666, READ_ONLY | TestMount.TRUNCATE));
    }
}
