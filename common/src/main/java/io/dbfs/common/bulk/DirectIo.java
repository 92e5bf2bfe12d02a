package io.dbfs.common.bulk;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and writes of files past the page cache (open(2), O_DIRECT). Worth it for bytes that pass once: a page of the cache that
 * is filled for them costs several times the processor time of the transfer, and takes the place of one that somebody uses.
 */
public final class DirectIo {
    private static final Logger log = LoggerFactory.getLogger(DirectIo.class);
    /** What addresses, offsets and sizes are multiples of: a page, which is enough on all filesystems of note. */
    private static final int ALIGNMENT = 4096;
    /** Fewer bytes are not worth a descriptor of their own, nor the wait for the disk. */
    private static final int BYTES_MIN = 256 << 10;

    private DirectIo() {}

    /**
     * Direct buffers that begin where they must, out of one piece of memory, which is freed with the last of them. A piece of
     * several MiB gets huge pages where the launcher asks malloc(3) for them, and the disk is given few long ranges of memory
     * instead of many short ones: that doubles what a virtual disk transfers.
     *
     * @param bytes of each; a multiple of 4 KiB
     */
    public static List<ByteBuffer> allocate(int bytes, int count) {
        ByteBuffer memory =
                ByteBuffer.allocateDirect(bytes * count + ALIGNMENT - 1).alignedSlice(ALIGNMENT);
        return IntStream.range(0, count)
                .mapToObj(i -> memory.slice(i * bytes, bytes))
                .toList();
    }

    /** Whether the remaining bytes of a buffer may go past the page cache to or from that place in a file, and are worth it. */
    public static boolean suits(ByteBuffer bytes, long fileOffset) {
        return bytes.isDirect()
                && bytes.remaining() >= BYTES_MIN
                && (bytes.remaining() | fileOffset) % ALIGNMENT == 0
                && bytes.alignmentOffset(bytes.position(), ALIGNMENT) == 0;
    }

    /** Opens a file that exists; empty where its filesystem cannot do that. */
    public static Optional<FileChannel> open(Path path, OpenOption... access) {
        OpenOption[] options = Arrays.copyOf(access, access.length + 1);
        options[access.length] = ExtendedOpenOption.DIRECT;
        try {
            return Optional.of(FileChannel.open(path, options));
        } catch (IOException | UnsupportedOperationException e) {
            log.debug("{} cannot be used past the page cache: {}", path, e.toString());
            return Optional.empty();
        }
    }
}
