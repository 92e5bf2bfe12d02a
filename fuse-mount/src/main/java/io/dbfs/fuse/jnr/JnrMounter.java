package io.dbfs.fuse.jnr;

import io.dbfs.fuse.FileSystem;
import io.dbfs.fuse.Mount;
import io.dbfs.fuse.MountException;
import io.dbfs.fuse.MountOptions;
import io.dbfs.fuse.libfuse.Arguments;
import io.dbfs.fuse.libfuse.LibC;
import io.dbfs.fuse.libfuse.LibFuse;
import io.dbfs.fuse.libfuse.SessionMount;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import ru.serce.jnrfuse.struct.FuseOperations;

/** Mounts by way of jnr-fuse. */
public final class JnrMounter {
    private static final int THREADS = 16;
    private static final int CACHED_NAMES = 16_384;
    private static final int MAX_WRITE_BYTES = 128 << 10;
    private static final int MAX_READAHEAD_BYTES = 1 << 20;

    /**
     * Hard links have a kernel inode for each name here. Attributes that the kernel kept would differ between them, so
     * it keeps none unless told to.
     */
    private static final long ATTRIBUTES_VALID_NANOS = 0;

    private static final long ENTRY_VALID_NANOS = 1_000_000_000;

    private JnrMounter() {}

    /**
     * Mounts on a directory that is fit for it, given by its real path.
     *
     * @throws MountException when libfuse refuses; it says why on stderr
     */
    public static Mount mount(FileSystem fileSystem, Path directory, MountOptions options) {
        LibFuse libfuse = LibFuse.instance();
        PathResolver paths = new PathResolver(fileSystem, new PathCache(fileSystem, System::nanoTime, CACHED_NAMES));
        PathOperations operations = new PathOperations(fileSystem, paths, libfuse);
        JnrSession session =
                new JnrSession(libfuse, operations, struct -> setup(libfuse, struct, directory, options), THREADS);
        return new SessionMount(directory, session);
    }

    private static Pointer setup(LibFuse libfuse, FuseOperations operations, Path directory, MountOptions options) {
        Runtime runtime = Runtime.getSystemRuntime();
        List<String> words =
                List.of("dbfs", "-f", "-o", String.join(",", libfuseOptions(options)), directory.toString());
        Pointer cells = Memory.allocateDirect(runtime, 2 * runtime.addressSize(), true);
        Pointer fuse = Arguments.of(runtime, words)
                .lendTo(arguments -> libfuse.setup(
                        arguments.count(),
                        arguments.vector(),
                        Struct.getMemory(operations),
                        Struct.size(operations),
                        cells,
                        cells.slice(runtime.addressSize()),
                        Pointer.wrap(runtime, 0)));
        if (fuse == null || fuse.address() == 0) {
            throw new MountException("libfuse refused to mount " + directory + " with " + words.get(3));
        }
        return fuse;
    }

    private static List<String> libfuseOptions(MountOptions options) {
        List<String> words = new ArrayList<>(options.forLibfuse(LibC.isRoot()));
        words.addAll(List.of("big_writes", "use_ino", "atomic_o_trunc", "negative_timeout=0"));
        words.add("max_write=" + MAX_WRITE_BYTES);
        words.add("max_readahead=" + MAX_READAHEAD_BYTES);
        words.add("max_background=" + options.maxBackground());
        words.add("attr_timeout=" + seconds(options.attributesValidNanos().orElse(ATTRIBUTES_VALID_NANOS)));
        words.add("entry_timeout=" + seconds(options.entryValidNanos().orElse(ENTRY_VALID_NANOS)));
        return words;
    }

    private static String seconds(long nanos) {
        return BigDecimal.valueOf(nanos, 9).toPlainString();
    }
}
