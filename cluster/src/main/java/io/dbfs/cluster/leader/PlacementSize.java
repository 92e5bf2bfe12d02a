package io.dbfs.cluster.leader;

import java.util.Comparator;
import java.util.List;

/**
 * How long new chunks may be, and how many are placed at once: as long as the settings say while there is plenty of room, and ever
 * shorter towards the end, so that nodes fill up to less than one percent of their room.
 *
 * @param chunkBytes how long chunks are best from now on
 * @param placedBytes the longest chunk of each placement that is given now
 * @param countMax placements given at once
 */
record PlacementSize(int chunkBytes, int placedBytes, int countMax) {
    /** The shortest that is worth a chunk of its own. */
    static final int CHUNK_BYTES_MIN = 256 << 10;
    /** Chunks of the chosen size that the node in question takes at least. */
    private static final int CHUNKS_THAT_FIT = 32;
    /** One request gets at most this share of the room: others write as well. */
    private static final int REQUEST_SHARE = 2;

    private static final int BLOCK_BYTES = 64 << 10;

    /**
     * The size for what nodes have now.
     *
     * @param copies copies of each chunk; what counts is the emptiest nodes that take all of them
     * @param chunkBytesMax the cluster's largest chunk
     * @param wantedBytes length of the longest chunk that is to be written; 0: not known. A writer may have gathered it when there
     *     was more room: one such place is given where it fits
     */
    static PlacementSize of(List<Candidate> candidates, int copies, int chunkBytesMax, int wantedBytes) {
        long room = candidates.stream()
                .map(Candidate::freeBytes)
                .sorted(Comparator.reverseOrder())
                .skip(copies - 1L)
                .findFirst()
                .orElse(0L);
        long share = Long.highestOneBit(Math.max(1, room / CHUNKS_THAT_FIT));
        long best = Math.min(chunkBytesMax, Math.max(CHUNK_BYTES_MIN, share));
        long wanted = (Math.min(wantedBytes, chunkBytesMax) + BLOCK_BYTES - 1L) / BLOCK_BYTES * BLOCK_BYTES;
        if (wanted > best) {
            return new PlacementSize((int) best, (int) wanted, 1);
        }
        long count = Math.max(1, Math.min(Integer.MAX_VALUE, room / REQUEST_SHARE / best));
        return new PlacementSize((int) best, (int) best, (int) count);
    }
}
