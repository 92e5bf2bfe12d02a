package io.dbfs.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class MountTableTest {
    private static final MountTable TABLE = MountTable.of("""
            22 28 0:20 / /proc rw,relatime shared:12 - proc proc rw
            40 28 0:41 / /mnt/with\\040blank\\303\\244 rw - fuse.dbfs dbfs rw,user_id=0
            41 28 0:42 / /mnt/twice rw - ext4 /dev/vdb rw
            42 41 0:43 / /mnt/twice rw master:1 - fuse.other other rw
            """);

    @Test
    void escapedPathsAreFound() {
        assertEquals(Optional.of("fuse.dbfs"), TABLE.fuseTypeAt(Path.of("/mnt/with blankä")));
        assertEquals(Optional.of("0:41"), TABLE.deviceAt(Path.of("/mnt/with blankä")));
    }

    @Test
    void theTopmostMountCounts() {
        assertEquals(Optional.of("fuse.other"), TABLE.typeAt(Path.of("/mnt/twice")));
    }

    @Test
    void otherTypesAndPlacesAreNotOurs() {
        assertEquals(Optional.empty(), TABLE.fuseTypeAt(Path.of("/proc")));
        assertEquals(Optional.empty(), TABLE.typeAt(Path.of("/mnt")));
    }
}
