package io.dbfs.cluster.contents;

import io.dbfs.proto.AbandonChunks;
import io.dbfs.proto.ChunkInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * Chunks that their writers gave up. Each is noted until the low watermark has passed it, so that a commit that is still on its way
 * and names it is refused: nodes may have deleted it by then.
 */
final class Abandon {
    private Abandon() {}

    /** A chunk that is known was committed after all, and stays. */
    static void apply(ContentsState state, AbandonChunks command) {
        for (ChunkInfo chunk : command.getChunksList()) {
            long id = chunk.getId();
            boolean handedOut = Long.compareUnsigned(id, state.cluster().getNextChunkId()) < 0;
            if (handedOut && state.changes().get(Keys.chunk(id)).isEmpty()) {
                if (Long.compareUnsigned(id, state.cluster().getVoidBelow()) >= 0) {
                    state.changes().put(Keys.abandoned(id), new byte[0]);
                }
                chunk.getReplicasList().stream()
                        .filter(node -> state.node(node).isPresent())
                        .forEach(node -> state.changes().put(Keys.drop(node, id), new byte[0]));
            }
        }
    }

    /** Deletes notes that the low watermark makes superfluous, a bounded number. */
    static void forget(ContentsState state) {
        long watermark = state.cluster().getVoidBelow();
        List<Long> passed = new ArrayList<>();
        state.changes().scan(Keys.ABANDONED, Keys.ABANDONED, (key, value) -> {
            long chunk = Keys.lastLong(key);
            boolean below = Long.compareUnsigned(chunk, watermark) < 0;
            if (below) {
                passed.add(chunk);
            }
            return below && passed.size() < Limits.ABANDONED_FORGOTTEN_MAX;
        });
        passed.forEach(chunk -> state.changes().delete(Keys.abandoned(chunk)));
    }
}
