package io.dbfs.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class JnrMountTest extends MountContract {
    @Override
    Adapter adapter() {
        return Adapter.JNR;
    }

    @Test
    void accessControlListsAreRefusedRatherThanKeptUnchecked() throws IOException {
        Path file = Files.createFile(root.resolve("file"));
        byte[] minimal = {
            2, 0, 0, 0, 1, 0, 6, 0, -1, -1, -1, -1, 4, 0, 4, 0, -1, -1, -1, -1, 32, 0, 4, 0, -1, -1, -1, -1
        };
        assertEquals(-95, Posix.setxattr(file, "system.posix_acl_access", minimal));
    }
}
