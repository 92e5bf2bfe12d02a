package io.dbfs.cluster.contents;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.dbfs.proto.AppendOperation;
import io.dbfs.proto.ChunkSlice;
import io.dbfs.proto.CommitOperation;
import io.dbfs.proto.ContentsCommand;
import io.dbfs.proto.ContentsOperation;
import io.dbfs.proto.ContentsOutcome;
import io.dbfs.proto.Extent;
import io.dbfs.proto.ExtentRecord;
import io.dbfs.proto.FileAttributes;
import io.dbfs.proto.RewriteExtents;
import io.dbfs.proto.SetContentsOperation;
import io.dbfs.raft.StateView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random commits, appends, truncations and rewrites against a plain byte array. */
class ExtentModelTest {
    private static final long INODE = 7;
    private static final int SPACE = 20_000;
    private static final int STEPS = 1500;

    private final Machine machine = new Machine();
    private final Map<Long, byte[]> chunkBytes = new HashMap<>();
    private byte[] model = new byte[0];
    private long nextChunk = 1;
    private int mostBytesApart;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20261122})
    void everyStepReadsAsTheModelAndKeepsTheBooksExact(long seed) {
        Random random = new Random(seed);
        for (int step = 0; step < STEPS; step++) {
            String where = "seed " + seed + ", step " + step;
            FileAttributes attributes = step(random);
            assertEquals(model.length, attributes.getSize(), where);
            assertArrayEquals(model, read(), where);
            assertBooksBalance(where);
            mostBytesApart = Math.max(mostBytesApart, piecesWithBytesApart(where));
        }
        assertTrue(mostBytesApart > 0, "seed " + seed + ": no piece had its bytes apart");
    }

    private FileAttributes step(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> truncate(random.nextInt(SPACE));
            case 1 -> append(random);
            case 2 -> rewrite(random);
            default -> commit(random);
        };
    }

    private FileAttributes commit(Random random) {
        CommitOperation.Builder commit = CommitOperation.newBuilder().setInode(INODE);
        long chunk = 0;
        int used = 0;
        byte[] bytes = new byte[2000];
        random.nextBytes(bytes);
        int extents = 1 + random.nextInt(4);
        for (int i = 0; i < extents; i++) {
            int offset = random.nextInt(SPACE - 400);
            int length = 1 + random.nextInt(400);
            Extent.Builder extent = Extent.newBuilder().setOffset(offset).setLength(length);
            int kind = random.nextInt(3);
            if (kind == 0) {
                extent.setHole(true);
                int end = Math.min(model.length, offset + length);
                if (offset < end) {
                    Arrays.fill(model, offset, end, (byte) 0);
                }
            } else {
                grow(offset + length);
                int at = kind == 1 ? random.nextInt(bytes.length - length) : used;
                System.arraycopy(bytes, at, model, offset, length);
                if (kind == 1) {
                    extent.setInline(ByteString.copyFrom(bytes, at, length));
                } else {
                    chunk = nextChunk;
                    extent.setChunk(ChunkSlice.newBuilder().setChunkId(chunk).setChunkOffset(used));
                    used += length;
                }
            }
            commit.addExtents(extent);
        }
        if (chunk != 0) {
            chunkBytes.put(chunk, bytes);
            commit.addNewChunks(Machine.chunk(chunk, bytes.length, 1, 2));
            nextChunk++;
        }
        return machine.commit(commit).getAttributes();
    }

    private FileAttributes append(Random random) {
        byte[] bytes = new byte[1 + random.nextInt(60)];
        random.nextBytes(bytes);
        int at = model.length;
        grow(at + bytes.length);
        System.arraycopy(bytes, 0, model, at, bytes.length);
        ContentsOutcome outcome = machine.run(ContentsOperation.newBuilder()
                .setAppend(AppendOperation.newBuilder()
                        .setInode(INODE)
                        .addExtents(Extent.newBuilder().setLength(bytes.length).setInline(ByteString.copyFrom(bytes))))
                .build());
        assertEquals(at, outcome.getAppendedAt());
        return outcome.getAttributes();
    }

    private FileAttributes truncate(int size) {
        model = Arrays.copyOf(model, size);
        return machine.run(ContentsOperation.newBuilder()
                        .setSetContents(SetContentsOperation.newBuilder()
                                .setInode(INODE)
                                .setSize(size))
                        .build())
                .getAttributes();
    }

    /** Reads a range, writes something else into a part of it, then rewrites the range as it was read. */
    private FileAttributes rewrite(Random random) {
        FileAttributes read = attributes();
        if (read.getSize() == 0) {
            return commit(random);
        }
        int from = random.nextInt((int) read.getSize());
        byte[] bytes = Arrays.copyOfRange(model, from, model.length);
        commit(random);
        long chunk = nextChunk++;
        chunkBytes.put(chunk, bytes);
        machine.run(ContentsCommand.newBuilder()
                .setRewriteExtents(RewriteExtents.newBuilder()
                        .setInode(INODE)
                        .setVersion(read.getVersion())
                        .addNewChunks(Machine.chunk(chunk, bytes.length, 2, 3))
                        .addExtents(Extent.newBuilder()
                                .setOffset(from)
                                .setLength(bytes.length)
                                .setChunk(ChunkSlice.newBuilder().setChunkId(chunk))))
                .build());
        return attributes();
    }

    private void grow(int size) {
        if (size > model.length) {
            model = Arrays.copyOf(model, size);
        }
    }

    private FileAttributes attributes() {
        try (ContentsView view = machine.view()) {
            return view.attributes(INODE);
        }
    }

    private byte[] read() {
        byte[] bytes = new byte[model.length];
        try (ContentsView view = machine.view()) {
            view.extents(INODE, 0, extent -> {
                int offset = (int) extent.getOffset();
                byte[] source = extent.hasChunk()
                        ? chunkBytes.get(extent.getChunk().getChunkId())
                        : extent.getInline().toByteArray();
                int from = extent.hasChunk() ? extent.getChunk().getChunkOffset() : 0;
                System.arraycopy(source, from, bytes, offset, extent.getLength());
                return true;
            });
        }
        return bytes;
    }

    private void assertBooksBalance(String where) {
        Map<Long, Long> live = new HashMap<>();
        long[] allocated = new long[1];
        long[] end = new long[1];
        try (ContentsView view = machine.view()) {
            view.extents(INODE, 0, extent -> {
                assertEquals(true, extent.getOffset() >= end[0], where + ": extents overlap");
                end[0] = extent.getOffset() + extent.getLength();
                allocated[0] += extent.getLength();
                if (extent.hasChunk()) {
                    live.merge(extent.getChunk().getChunkId(), (long) extent.getLength(), Long::sum);
                }
                return true;
            });
            assertEquals(allocated[0], view.attributes(INODE).getAllocatedBytes(), where);
            assertEquals(live.size(), view.cluster().getChunks(), where);
            live.forEach((chunk, bytes) ->
                    assertEquals(bytes, view.chunk(chunk).orElseThrow().getLiveBytes(), where));
        }
    }

    /** How many pieces there are whose bytes are apart; nobody else's are. */
    private int piecesWithBytesApart(String where) {
        List<Long> ends = new ArrayList<>();
        List<Long> keys = new ArrayList<>();
        byte[] prefix = Arrays.copyOf(Keys.inlineBytes(INODE, 0), 9);
        try (StateView view = machine.store.view()) {
            view.scan(Keys.extents(INODE), Keys.extents(INODE), (key, value) -> {
                if (InlineBytes.areApart(Records.parse(ExtentRecord.parser(), value))) {
                    ends.add(Keys.lastLong(key));
                }
                return true;
            });
            view.scan(prefix, prefix, (key, value) -> keys.add(Keys.lastLong(key)));
        }
        assertEquals(ends, keys, where);
        return keys.size();
    }
}
