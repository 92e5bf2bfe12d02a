package io.dbfs.daemon.cli;

import java.util.List;
import java.util.Map;

/**
 * What is lost, as far as it was asked for.
 *
 * @param paths of each inode, as text; none for a file that is unlinked and still open
 * @param complete false when there is more than is listed
 */
record LostReport(List<Chunk> chunks, Map<Long, List<String>> paths, boolean complete) {
    /**
     * A chunk without a whole copy on a live node.
     *
     * @param damagedOn nodes whose copy is damaged or missing
     * @param silentOn nodes that may have a whole copy and are not reachable
     */
    record Chunk(
            String cluster, String id, long length, List<Integer> damagedOn, List<Integer> silentOn, List<Long> files) {
        Chunk {
            damagedOn = List.copyOf(damagedOn);
            silentOn = List.copyOf(silentOn);
            files = List.copyOf(files);
        }
    }

    LostReport {
        chunks = List.copyOf(chunks);
        paths = Map.copyOf(paths);
    }

    /** Files with at least one lost chunk. */
    long files() {
        return chunks.stream()
                .flatMap(chunk -> chunk.files().stream())
                .distinct()
                .count();
    }

    List<String> pathsOf(long inode) {
        return paths.getOrDefault(inode, List.of());
    }
}
