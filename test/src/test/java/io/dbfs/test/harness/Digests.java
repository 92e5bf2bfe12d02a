package io.dbfs.test.harness;

import java.nio.file.Path;

/** The contents of whole trees, as text that can be compared. */
public final class Digests {
    private Digests() {}

    /** One line for each file, sorted: SHA-256, mode, size, name; symlinks with their targets. */
    public static String ofTree(Path root) {
        return Shell.run(root, """
                find . -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum
                find . \\( -type f -o -type l \\) -printf '%m %s %l %p\\n' | LC_ALL=C sort
                find . -type d -printf '%m %p\\n' | LC_ALL=C sort
                """);
    }
}
