package io.dbfs.fuse;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Serves a filesystem that throws data away until it is told to end: by the end of its standard input. */
final class NullMount {
    private NullMount() {}

    /** The command line of a process that does so, with the flags of a virtual machine that mounts, but for the directory. */
    static List<String> command(Adapter adapter, List<String> flags) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(flags);
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), NullMount.class.getName(), adapter.name()));
        return words;
    }

    public static void main(String[] arguments) throws IOException {
        MountOptions options =
                MountOptions.parse("attr_timeout=0,entry_timeout=1000").withAdapter(Adapter.valueOf(arguments[0]));
        Mount mount = Mounts.mount(new MemoryFileSystem(1_000_000_000, true), Path.of(arguments[1]), options);
        try (mount) {
            while (System.in.read() >= 0) {
                // What is said is of no matter, only that it ends.
            }
        }
    }
}
