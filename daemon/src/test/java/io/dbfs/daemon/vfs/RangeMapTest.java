package io.dbfs.daemon.vfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.google.protobuf.ByteString;
import io.dbfs.common.ChunkId;
import io.dbfs.common.NodeId;
import io.dbfs.daemon.chunk.ChunkPlacement;
import io.dbfs.daemon.chunk.Replica;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

final class RangeMapTest {
    private static final int SIZE = 200;

    @Test
    void randomPutsAndCutsAgreeWithAnArray() {
        long seed = ThreadLocalRandom.current().nextLong();
        System.out.println("RangeMapTest seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        RangeMap map = new RangeMap();
        byte[] expected = new byte[SIZE];
        for (int step = 0; step < 5_000; step++) {
            int from = random.nextInt(SIZE);
            int length = 1 + random.nextInt(SIZE - from);
            if (random.nextInt(4) == 0) {
                map.cut(from, from + length);
                Arrays.fill(expected, from, from + length, (byte) 0);
            } else {
                byte[] bytes = new byte[length];
                random.nextBytes(bytes);
                map.put(from, length, new Source.Inline(ByteString.copyFrom(bytes), 0));
                System.arraycopy(bytes, 0, expected, from, length);
            }
            assertArrayEquals(expected, contents(map));
        }
    }

    private static byte[] contents(RangeMap map) {
        byte[] bytes = new byte[SIZE];
        map.forEach(0, SIZE, piece -> {
            Source.Inline source = (Source.Inline) piece.source();
            source.bytes()
                    .substring(source.from(), source.from() + (int) piece.length())
                    .copyTo(bytes, (int) piece.offset());
        });
        return bytes;
    }

    @Test
    void rangesThatGoOnInTheSameChunkBecomeOne() {
        ChunkPlacement chunk = new ChunkPlacement(new ChunkId(1), List.of(new Replica(new NodeId(1), "node:1")));
        RangeMap map = new RangeMap();
        map.put(0, 10, new Source.Stored(chunk, 100, 0));
        map.put(20, 10, new Source.Stored(chunk, 100, 20));
        map.put(10, 10, new Source.Stored(chunk, 100, 10));
        assertEquals(1, map.count());
        assertEquals(30, map.end());
        map.put(30, 10, new Source.Stored(chunk, 100, 50));
        assertEquals(2, map.count(), "elsewhere in the chunk");
        assertNull(map.covering(25, 35));
    }
}
