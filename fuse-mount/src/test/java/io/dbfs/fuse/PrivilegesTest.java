package io.dbfs.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.AttributeChange;
import io.dbfs.common.Caller;
import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PrivilegesTest {
    private static final Caller MEMBER = new Caller(7, 100, 0);
    private static final Caller STRANGER = new Caller(8, 200, 0);

    private final MemoryFileSystem fileSystem = new MemoryFileSystem(0, false);
    private final Privileges privileges = new Privileges(fileSystem, (caller, gid) -> caller.equals(MEMBER));

    private int left(Caller caller, int mode) {
        InodeId file = fileSystem
                .create(Caller.ROOT, InodeId.ROOT, Name.of("f" + mode + caller.uid()), mode, 0)
                .entry()
                .attributes()
                .inode();
        return privileges
                .clearedBy(caller, file, Optional.empty(), AttributeChange.NONE)
                .mode()
                .orElse(mode);
    }

    @Test
    void setUserIdGoesAndSetGroupIdWithGroupExecution() {
        assertEquals(0755, left(MEMBER, 06755));
        assertEquals(0755, left(Caller.ROOT, 06755));
        assertEquals(01777, left(STRANGER, 01777));
    }

    @Test
    void withoutGroupExecutionItStaysForThoseWhoMaySetIt() {
        assertEquals(02644, left(MEMBER, 06644));
        assertEquals(02644, left(Caller.ROOT, 06644));
        assertEquals(0644, left(STRANGER, 06644));
    }

    @Test
    void supplementaryGroupsAreRead() {
        String status = "Name:\tcat\nGid:\t5\t5\t5\t5\nGroups:\t10 200 4294967294 \n";
        assertTrue(ProcGroups.names(status, 200));
        assertTrue(ProcGroups.names(status, -2));
        assertFalse(ProcGroups.names(status, 20));
        assertFalse(ProcGroups.names("", 5));
    }
}
