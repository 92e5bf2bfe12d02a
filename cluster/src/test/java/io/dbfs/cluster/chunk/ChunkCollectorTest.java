package io.dbfs.cluster.chunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.bulk.BlockChecksums;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ChunkCollectorTest {
    private static final int BLOCK = BlockChecksums.BLOCK_BYTES;
    private static final int FRAME = 2 * BLOCK;
    private static final int PIECE = 4 * BLOCK;

    private final Recorded chunk = new Recorded();
    private final FrameBuffers pieces = new FrameBuffers(PIECE, 2);

    @Test
    void whatArrivesIsWrittenInLongPiecesAndInOrder() {
        byte[] bytes = random(3 * PIECE + FRAME + 10);
        try (ChunkCollector collector = collector(task -> new Thread(task, "disk").start())) {
            append(collector, bytes);
            assertTrue(collector.seal(bytes.length));
        }
        assertEquals(List.of(PIECE, PIECE, PIECE, FRAME + 10), chunk.lengths);
        assertArrayEquals(bytes, chunk.bytes.toByteArray());
        assertTrue(chunk.sealed);
        assertEveryBufferIsBack();
    }

    @Test
    void aChunkOfOnePieceStaysOnItsThread() {
        byte[] bytes = random(PIECE);
        try (ChunkCollector collector = collector(task -> {
            throw new AssertionError("handed over");
        })) {
            append(collector, bytes);
            assertTrue(collector.seal(bytes.length));
        }
        assertArrayEquals(bytes, chunk.bytes.toByteArray());
        assertEveryBufferIsBack();
    }

    @Test
    void theNextPieceIsCollectedWhileOneIsWritten() {
        Queue<Runnable> waiting = new ArrayDeque<>();
        byte[] bytes = random(2 * PIECE);
        ChunkCollector collector = collector(waiting::add);
        append(collector, bytes);
        assertEquals(1, waiting.size());
        assertEquals(List.of(), chunk.lengths);
        waiting.remove().run();
        assertTrue(collector.seal(bytes.length));
        collector.close();
        assertArrayEquals(bytes, chunk.bytes.toByteArray());
        assertEveryBufferIsBack();
    }

    @Test
    void withoutAPieceLeftAChunkIsWrittenInFrames() {
        ByteBuffer first = pieces.take();
        ByteBuffer second = pieces.take();
        byte[] bytes = random(2 * FRAME + 10);
        try (ChunkCollector collector = collector(Runnable::run)) {
            append(collector, bytes);
            assertTrue(collector.seal(bytes.length));
        }
        assertEquals(List.of(FRAME, FRAME, 10), chunk.lengths);
        assertArrayEquals(bytes, chunk.bytes.toByteArray());
        pieces.giveBack(first);
        pieces.giveBack(second);
        assertEveryBufferIsBack();
    }

    @Test
    void aFailureOfTheDiskComesUpBeforeTheChunkIsSealed() {
        chunk.failure = new FsException(Errno.ENOSPC, "full");
        ChunkCollector collector = collector(Runnable::run);
        append(collector, random(PIECE));
        collector.room(FRAME);
        assertSame(chunk.failure, assertThrows(FsException.class, () -> collector.seal(PIECE)));
        collector.close();
        assertTrue(chunk.closed);
        assertFalse(chunk.sealed);
        assertEveryBufferIsBack();
    }

    @Test
    void aChunkOfAnotherLengthIsNotSealed() {
        ChunkCollector collector = collector(Runnable::run);
        append(collector, random(FRAME));
        assertFalse(collector.seal(FRAME + 1));
        collector.close();
        assertFalse(chunk.sealed);
        assertEveryBufferIsBack();
    }

    @Test
    void nothingFollowsAShortBlock() {
        ChunkCollector collector = collector(Runnable::run);
        append(collector, random(10));
        FsException refused = assertThrows(FsException.class, () -> collector.room(10));
        assertEquals(Errno.EINVAL, refused.errno());
        collector.close();
        assertEveryBufferIsBack();
    }

    private ChunkCollector collector(Executor disk) {
        return new ChunkCollector(chunk, pieces, FRAME, disk);
    }

    private static void append(ChunkCollector collector, byte[] bytes) {
        for (int at = 0; at < bytes.length; at += FRAME) {
            int count = Math.min(FRAME, bytes.length - at);
            ByteBuffer room = collector.room(count).put(bytes, at, count).flip();
            collector.add(count, BlockChecksums.of(room));
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private void assertEveryBufferIsBack() {
        List<ByteBuffer> idle = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            idle.add(pieces.poll());
        }
        assertFalse(idle.contains(null));
        assertNull(pieces.poll());
    }

    /** A chunk that remembers how it was written, and requires what the store requires. */
    private static final class Recorded implements WritableChunk {
        final List<Integer> lengths = new ArrayList<>();
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Nullable
        FsException failure;

        boolean sealed;
        boolean closed;

        @Override
        public void append(ByteBuffer added, int[] checksums) {
            if (failure != null) {
                throw failure;
            }
            assertArrayEquals(BlockChecksums.of(added), checksums);
            lengths.add(added.remaining());
            byte[] copy = new byte[added.remaining()];
            added.duplicate().get(copy);
            bytes.writeBytes(copy);
        }

        @Override
        public int length() {
            return bytes.size();
        }

        @Override
        public void seal() {
            sealed = true;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
