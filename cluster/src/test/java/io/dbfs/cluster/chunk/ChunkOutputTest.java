package io.dbfs.cluster.chunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.common.bulk.DirectIo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChunkOutputTest {
    private static final int LONG = 256 << 10;

    @TempDir
    Path directory;

    private final ByteArrayOutputStream expected = new ByteArrayOutputStream();

    @Test
    void longPiecesAndAnEndFollowEachOther() throws IOException {
        for (boolean direct : new boolean[] {true, false}) {
            assertWritten(direct, aligned(LONG), aligned(2 * LONG), aligned(100_003), ByteBuffer.allocate(900));
        }
    }

    @Test
    void piecesThatCannotGoPastThePageCacheGoThroughIt() throws IOException {
        ByteBuffer misplaced = aligned(LONG + 1).position(1);
        ByteBuffer odd = aligned(LONG + 7);
        ByteBuffer heap = ByteBuffer.allocate(LONG);

        assertWritten(true, aligned(LONG), misplaced, aligned(LONG), heap, odd, aligned(LONG));
    }

    @Test
    void aShortPieceBeforeLongOnes() throws IOException {
        assertWritten(true, aligned(4096), aligned(LONG), aligned(10), aligned(LONG));
    }

    /** What is forced is the whole file, whichever way its bytes went. */
    @Test
    void theReleasedChannelIsOfTheSameFile() throws IOException {
        ChunkOutput output = new ChunkOutput(directory.resolve("released"), true);
        output.append(filled(aligned(LONG)));
        try (FileChannel released = output.release()) {
            released.force(false);
            assertEquals(LONG, released.size());
        }
    }

    private void assertWritten(boolean direct, ByteBuffer... pieces) throws IOException {
        expected.reset();
        Path file = Files.createTempDirectory(directory, "output").resolve("file");
        try (ChunkOutput output = new ChunkOutput(file, direct)) {
            for (ByteBuffer piece : pieces) {
                int position = piece.position();
                output.append(filled(piece));
                assertEquals(position, piece.position());
            }
        }
        assertArrayEquals(expected.toByteArray(), Files.readAllBytes(file));
    }

    private ByteBuffer filled(ByteBuffer piece) {
        byte[] bytes = ChunkBytes.random(expected.size(), piece.remaining());
        expected.writeBytes(bytes);
        return piece.put(piece.position(), bytes);
    }

    private static ByteBuffer aligned(int bytes) {
        return DirectIo.allocate((bytes + 4095) / 4096 * 4096, 1).get(0).slice(0, bytes);
    }
}
