package io.dbfs.test.posix;

import io.dbfs.test.posix.libc.LibC;
import io.dbfs.test.posix.libc.User;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** An empty directory on one of the filesystems, and the users that work in it. Its mode is 0777. */
record Place(FileSystemUnderTest fileSystem, Path directory) {
    static final LibC ROOT = LibC.as(User.ROOT);
    static final LibC ALICE = LibC.as(User.ALICE);
    static final LibC BOB = LibC.as(User.BOB);
    static final LibC CAROL = LibC.as(User.CAROL);

    /** The path of a name in this directory. */
    String at(String name) {
        return directory + "/" + name;
    }

    /** Skips the rest where libfuse 2 cannot do it. */
    void needs(PathApiLimit limit) {
        Assumptions.assumeFalse(fileSystem == FileSystemUnderTest.JNR, "fuse=jnr: " + limit.text());
    }

    @Override
    public String toString() {
        return fileSystem.toString();
    }
}
