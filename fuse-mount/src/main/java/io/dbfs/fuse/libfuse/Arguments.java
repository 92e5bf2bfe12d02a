package io.dbfs.fuse.libfuse;

import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** An argument vector as C functions take it, together with the memory it points to. */
public final class Arguments {
    /** {@code struct fuse_args}: int argc, char **argv, int allocated. */
    private static final int FUSE_ARGS_BYTES = 24;

    private final int count;
    private final Pointer vector;
    private final Pointer fuseArgs;
    private final List<Pointer> texts;

    private Arguments(Runtime runtime, List<String> words) {
        count = words.size();
        texts = words.stream().map(word -> text(runtime, word)).toList();
        vector = Memory.allocateDirect(runtime, (count + 1) * runtime.addressSize(), true);
        for (int i = 0; i < count; i++) {
            vector.putPointer((long) i * runtime.addressSize(), texts.get(i));
        }
        fuseArgs = Memory.allocateDirect(runtime, FUSE_ARGS_BYTES, true);
        fuseArgs.putInt(0, count);
        fuseArgs.putPointer(8, vector);
    }

    /** A vector of these words. */
    public static Arguments of(Runtime runtime, List<String> words) {
        return new Arguments(runtime, words);
    }

    private static Pointer text(Runtime runtime, String word) {
        byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
        Pointer memory = Memory.allocateDirect(runtime, bytes.length + 1, true);
        memory.put(0, bytes, 0, bytes.length);
        return memory;
    }

    /** What a function makes of the vector, which stays where it is until the function has returned, as does what the function holds. */
    public <R> R lendTo(Function<Arguments, R> function) {
        try {
            return function.apply(this);
        } finally {
            // C is given addresses alone, which keep nothing from being freed.
            Reference.reachabilityFence(this);
            Reference.reachabilityFence(function);
        }
    }

    public int count() {
        return count;
    }

    /** {@code char **argv}, to be used while it is lent. */
    public Pointer vector() {
        return vector;
    }

    /** {@code struct fuse_args *}, to be used while it is lent. */
    public Pointer fuseArgs() {
        return fuseArgs;
    }
}
