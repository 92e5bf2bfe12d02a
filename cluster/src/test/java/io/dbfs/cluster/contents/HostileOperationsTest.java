package io.dbfs.cluster.contents;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import com.google.protobuf.ByteString;
import io.dbfs.proto.AppendOperation;
import io.dbfs.proto.ChunkInfo;
import io.dbfs.proto.ChunkSlice;
import io.dbfs.proto.CloneOperation;
import io.dbfs.proto.CommitOperation;
import io.dbfs.proto.ContentsOperation;
import io.dbfs.proto.DropOperation;
import io.dbfs.proto.Extent;
import io.dbfs.proto.SetContentsOperation;
import io.dbfs.proto.TouchOperation;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An exception of the machine halts every replica, so no client may be able to cause one. */
class HostileOperationsTest {
    private static final long[] LONGS = {
        0, 1, 5, 4095, 4096, (1L << 31) - 1, 1L << 32, 1L << 44, (1L << 44) - 1, Long.MAX_VALUE, Long.MIN_VALUE, -1
    };

    private final Machine machine = new Machine();

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void whateverAClientSendsHasAnOutcome(long seed) {
        Random random = new Random(seed);
        for (int step = 0; step < 1500; step++) {
            ContentsOperation operation = operation(random);
            assertDoesNotThrow(() -> machine.run(operation), "seed " + seed + ", step " + step + ": " + operation);
        }
    }

    private static ContentsOperation operation(Random random) {
        ContentsOperation.Builder operation = ContentsOperation.newBuilder();
        switch (random.nextInt(6)) {
            case 0 -> operation.setAppend(append(random));
            case 1 ->
                operation.setSetContents(SetContentsOperation.newBuilder()
                        .setInode(random.nextInt(3))
                        .setSize(any(random))
                        .setTimeNanos(any(random)));
            case 2 ->
                operation.setDrop(
                        DropOperation.newBuilder().addInodes(any(random)).addInodes(random.nextInt(3)));
            case 3 ->
                operation.setClone(CloneOperation.newBuilder()
                        .setSource(random.nextInt(3))
                        .setSourceOffset(any(random))
                        .setTarget(random.nextInt(3))
                        .setTargetOffset(any(random))
                        .setLength(any(random))
                        .setTimeNanos(any(random)));
            case 4 ->
                operation.setTouch(TouchOperation.newBuilder()
                        .addAccesses(TouchOperation.Access.newBuilder()
                                .setInode(random.nextInt(3))
                                .setAtimeNanos(any(random))));
            default -> operation.setCommit(commit(random));
        }
        return operation.build();
    }

    private static CommitOperation commit(Random random) {
        CommitOperation.Builder commit = CommitOperation.newBuilder()
                .setInode(random.nextInt(3))
                .setMinSize(random.nextBoolean() ? 0 : any(random));
        for (int i = random.nextInt(3); i > 0; i--) {
            commit.addNewChunks(chunk(random));
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            commit.addExtents(extent(random, any(random)));
        }
        return commit.build();
    }

    private static AppendOperation append(Random random) {
        AppendOperation.Builder append =
                AppendOperation.newBuilder().setInode(random.nextInt(3)).addNewChunks(chunk(random));
        long offset = 0;
        for (int i = random.nextInt(3); i > 0; i--) {
            Extent extent = extent(random, offset);
            append.addExtents(extent);
            offset += random.nextInt(5) == 0 ? any(random) : Integer.toUnsignedLong(extent.getLength());
        }
        return append.build();
    }

    private static ChunkInfo chunk(Random random) {
        return ChunkInfo.newBuilder()
                .setId(random.nextInt(20))
                .setLength((int) any(random))
                .addReplicas(1)
                .addReplicas(random.nextInt(8) - 1)
                .build();
    }

    private static Extent extent(Random random, long offset) {
        Extent.Builder extent = Extent.newBuilder().setOffset(offset).setLength((int) any(random));
        switch (random.nextInt(4)) {
            case 0 -> extent.setInline(ByteString.copyFrom(new byte[Math.floorMod(extent.getLength(), 5000)]));
            case 1 -> extent.setHole(random.nextBoolean());
            case 2 ->
                extent.setChunk(
                        ChunkSlice.newBuilder().setChunkId(random.nextInt(20)).setChunkOffset((int) any(random)));
            default -> extent.clearSource();
        }
        return extent.build();
    }

    private static long any(Random random) {
        return random.nextInt(3) == 0 ? random.nextInt(10_000) : LONGS[random.nextInt(LONGS.length)];
    }
}
