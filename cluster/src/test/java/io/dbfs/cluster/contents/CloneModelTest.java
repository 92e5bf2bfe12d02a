package io.dbfs.cluster.contents;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.dbfs.common.Errno;
import io.dbfs.proto.ChunkRecord;
import io.dbfs.proto.ChunkSlice;
import io.dbfs.proto.CloneOperation;
import io.dbfs.proto.CommitOperation;
import io.dbfs.proto.ContentsCommand;
import io.dbfs.proto.ContentsOperation;
import io.dbfs.proto.ContentsOutcome;
import io.dbfs.proto.DropOperation;
import io.dbfs.proto.Extent;
import io.dbfs.proto.FileAttributes;
import io.dbfs.proto.RewriteExtents;
import io.dbfs.proto.SetContentsOperation;
import io.dbfs.raft.StateView;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clones between several files, beside writes, truncations, rewrites and removals, against arrays of bytes. */
class CloneModelTest {
    private static final int FILES = 4;
    private static final int SPACE = 4000;
    private static final int STEPS = 1000;

    private final Machine machine = new Machine();
    private final Map<Long, byte[]> chunkBytes = new HashMap<>();
    private final byte[][] models = new byte[FILES + 1][0];
    private long nextChunk = 1;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20261122})
    void everyFileReadsAsItsModelAndTheBooksAreExact(long seed) {
        Random random = new Random(seed);
        for (int step = 0; step < STEPS; step++) {
            String where = "seed " + seed + ", step " + step;
            step(random, where);
            for (long inode = 1; inode <= FILES; inode++) {
                assertArrayEquals(models[(int) inode], read(inode), where + ", inode " + inode);
            }
            assertBooksBalance(where);
        }
        for (long inode = 1; inode <= FILES; inode++) {
            drop(inode);
        }
        try (ContentsView view = machine.view()) {
            assertEquals(0, view.cluster().getChunks(), "chunks after the last file went, seed " + seed);
            assertEquals(0, view.cluster().getFiles());
        }
        assertEquals(0, sharers().size(), "seed " + seed);
    }

    private void step(Random random, String where) {
        int inode = 1 + random.nextInt(FILES);
        switch (random.nextInt(10)) {
            case 0 -> truncate(inode, random.nextInt(SPACE));
            case 1 -> drop(inode);
            case 2 -> rewrite(random, inode);
            case 3, 4, 5 -> write(random, inode);
            default -> clone(random, inode, where);
        }
    }

    private void clone(Random random, int source, String where) {
        int target = 1 + random.nextInt(FILES);
        int from = random.nextInt(SPACE / 2);
        int to = random.nextInt(SPACE / 2);
        int length = 1 + random.nextInt(SPACE);
        ContentsOutcome outcome = clone(source, from, target, to, length);
        int expected = Math.max(0, Math.min(length, models[source].length - from));
        if (source == target && expected > 0 && Math.abs(from - to) < expected) {
            assertEquals(Optional.of(Errno.EINVAL), Machine.errno(outcome.getRefusal()), where);
            return;
        }
        assertEquals(0, outcome.getRefusal().getErrno(), where);
        assertEquals(expected, outcome.getClonedBytes(), where);
        if (expected > 0) {
            byte[] bytes = Arrays.copyOfRange(models[source], from, from + expected);
            put(target, to, bytes);
        }
        assertEquals(models[target].length, outcome.getAttributes().getSize(), where);
    }

    private ContentsOutcome clone(long source, long from, long target, long to, long length) {
        return machine.run(ContentsOperation.newBuilder()
                .setClone(CloneOperation.newBuilder()
                        .setSource(source)
                        .setSourceOffset(from)
                        .setTarget(target)
                        .setTargetOffset(to)
                        .setLength(length)
                        .setTimeNanos(5))
                .build());
    }

    private void write(Random random, int inode) {
        byte[] bytes = new byte[1 + random.nextInt(600)];
        random.nextBytes(bytes);
        int offset = random.nextInt(SPACE - bytes.length);
        Extent.Builder extent = Extent.newBuilder().setOffset(offset).setLength(bytes.length);
        CommitOperation.Builder commit = CommitOperation.newBuilder().setInode(inode);
        if (random.nextInt(3) == 0) {
            extent.setInline(ByteString.copyFrom(bytes));
        } else {
            extent.setChunk(ChunkSlice.newBuilder().setChunkId(nextChunk));
            commit.addNewChunks(Machine.chunk(nextChunk, bytes.length, 1, 2));
            chunkBytes.put(nextChunk++, bytes);
        }
        machine.commit(commit.addExtents(extent));
        put(inode, offset, bytes);
    }

    private void put(int inode, int offset, byte[] bytes) {
        if (offset + bytes.length > models[inode].length) {
            models[inode] = Arrays.copyOf(models[inode], offset + bytes.length);
        }
        System.arraycopy(bytes, 0, models[inode], offset, bytes.length);
    }

    private void truncate(int inode, int size) {
        models[inode] = Arrays.copyOf(models[inode], size);
        machine.run(ContentsOperation.newBuilder()
                .setSetContents(
                        SetContentsOperation.newBuilder().setInode(inode).setSize(size))
                .build());
    }

    private void drop(long inode) {
        models[(int) inode] = new byte[0];
        machine.run(ContentsOperation.newBuilder()
                .setDrop(DropOperation.newBuilder().addInodes(inode))
                .build());
    }

    /** As compaction does it: the whole file's bytes into one new chunk. */
    private void rewrite(Random random, int inode) {
        if (models[inode].length == 0) {
            write(random, inode);
            return;
        }
        long chunk = nextChunk++;
        chunkBytes.put(chunk, models[inode].clone());
        machine.run(ContentsCommand.newBuilder()
                .setRewriteExtents(RewriteExtents.newBuilder()
                        .setInode(inode)
                        .setVersion(attributes(inode).getVersion())
                        .addNewChunks(Machine.chunk(chunk, models[inode].length, 2, 3))
                        .addExtents(Extent.newBuilder()
                                .setLength(models[inode].length)
                                .setChunk(ChunkSlice.newBuilder().setChunkId(chunk))))
                .build());
    }

    private FileAttributes attributes(long inode) {
        try (ContentsView view = machine.view()) {
            return view.attributes(inode);
        }
    }

    private byte[] read(long inode) {
        try (ContentsView view = machine.view()) {
            byte[] bytes = new byte[(int) view.attributes(inode).getSize()];
            view.extents(inode, 0, extent -> {
                byte[] source = extent.hasChunk()
                        ? chunkBytes.get(extent.getChunk().getChunkId())
                        : extent.getInline().toByteArray();
                int from = extent.hasChunk() ? extent.getChunk().getChunkOffset() : 0;
                System.arraycopy(source, from, bytes, (int) extent.getOffset(), extent.getLength());
                return true;
            });
            return bytes;
        }
    }

    /** Live bytes, owners and sharers as the extents of all files say. */
    private void assertBooksBalance(String where) {
        Map<Long, TreeMap<Long, Long>> references = new HashMap<>();
        try (ContentsView view = machine.view()) {
            for (long inode = 1; inode <= FILES; inode++) {
                long file = inode;
                long[] allocated = new long[1];
                view.extents(file, 0, extent -> {
                    allocated[0] += extent.getLength();
                    if (extent.hasChunk()) {
                        references
                                .computeIfAbsent(extent.getChunk().getChunkId(), chunk -> new TreeMap<>())
                                .merge(file, (long) extent.getLength(), Long::sum);
                    }
                    return true;
                });
                assertEquals(allocated[0], view.attributes(file).getAllocatedBytes(), where);
            }
            assertEquals(references.size(), view.cluster().getChunks(), where);
            Map<String, Long> sharers = new TreeMap<>();
            references.forEach((chunk, files) -> {
                ChunkRecord record = view.chunk(chunk).orElseThrow();
                assertEquals(files.values().stream().mapToLong(Long::longValue).sum(), record.getLiveBytes(), where);
                long owned = files.getOrDefault(record.getInode(), 0L);
                assertTrue(owned > 0, where + ": the owner does not refer to its chunk");
                assertEquals(record.getLiveBytes() - owned, record.getSharedLiveBytes(), where);
                files.remove(record.getInode());
                files.forEach((inode, bytes) -> sharers.put(chunk + " " + inode, bytes));
            });
            assertEquals(sharers, sharers(), where);
        }
    }

    private Map<String, Long> sharers() {
        Map<String, Long> found = new TreeMap<>();
        byte[] prefix = {Keys.sharers(0)[0]};
        try (StateView view = machine.store.view()) {
            view.scan(prefix, prefix, (key, value) -> {
                ByteBuffer ids = ByteBuffer.wrap(key, 1, 16);
                found.put(
                        ids.getLong() + " " + ids.getLong(),
                        ByteBuffer.wrap(value).getLong());
                return true;
            });
        }
        return found;
    }

    @Test
    void aChunkGoesWithTheLastFileThatRefersToItAndNotBefore() {
        machine.commit(CommitOperation.newBuilder()
                .setInode(1)
                .addNewChunks(Machine.chunk(9, 1000, 1, 2))
                .addExtents(Extent.newBuilder()
                        .setLength(1000)
                        .setChunk(ChunkSlice.newBuilder().setChunkId(9))));
        assertEquals(1000, clone(1, 0, 2, 0, Long.MAX_VALUE).getClonedBytes());
        drop(1);
        try (ContentsView view = machine.view()) {
            assertEquals(2, view.chunk(9).orElseThrow().getInode());
            assertEquals(1000, view.chunk(9).orElseThrow().getLiveBytes());
            assertEquals(false, view.drops(1, 9));
        }
        drop(2);
        try (ContentsView view = machine.view()) {
            assertEquals(Optional.empty(), view.chunk(9));
            assertTrue(view.drops(1, 9));
            assertTrue(view.drops(2, 9));
        }
    }

    @Test
    void aFileOfManyExtentsIsClonedInBoundedSteps() {
        int extents = 2 * Limits.CLONE_EXTENTS_MAX + 10;
        CommitOperation.Builder commit =
                CommitOperation.newBuilder().setInode(1).addNewChunks(Machine.chunk(9, 1000, 1, 2));
        for (int i = 0; i < extents; i++) {
            commit.addExtents(Extent.newBuilder()
                    .setOffset(10L * i)
                    .setLength(5)
                    .setChunk(ChunkSlice.newBuilder().setChunkId(9).setChunkOffset(i % 100)));
        }
        machine.commit(commit.setMinSize(10L * extents));
        for (int target = 2; target <= 3; target++) {
            // The second time the target's extents bound the step as well.
            for (int round = 0; round < 2; round++) {
                long done = 0;
                int steps = 0;
                while (done < 10L * extents) {
                    done += clone(1, done, target, done + round, Long.MAX_VALUE).getClonedBytes();
                    steps++;
                }
                assertTrue(steps >= 3, "steps: " + steps);
                assertEquals(10L * extents + round, attributes(target).getSize());
            }
        }
        // One byte of the first round is left before the second.
        assertEquals(5L * extents + 1, attributes(2).getAllocatedBytes());
        assertEquals(5L * extents + 1, attributes(3).getAllocatedBytes());
    }

    @Test
    void aSourceThatEndsBeforeItsOffsetGivesNothing() {
        ContentsOutcome outcome = clone(1, 100, 2, 0, 10);
        assertEquals(0, outcome.getRefusal().getErrno());
        assertEquals(0, outcome.getClonedBytes());
        assertEquals(false, attributes(2).getExists());
    }
}
