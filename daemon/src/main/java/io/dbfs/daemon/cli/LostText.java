package io.dbfs.daemon.cli;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.GsonBuilder;
import java.util.List;
import java.util.stream.Collectors;

/** Lost chunks as people and as programs read them. */
final class LostText {
    private LostText() {}

    static String render(LostReport lost) {
        if (lost.chunks().isEmpty()) {
            return "No chunk is lost.\n";
        }
        TextTable table = new TextTable("CLUSTER", "CHUNK", "BYTES", "COPIES", "INODE", "PATH");
        for (LostReport.Chunk chunk : lost.chunks()) {
            for (long inode : chunk.files()) {
                table.row(
                        chunk.cluster(),
                        chunk.id(),
                        chunk.length(),
                        copies(chunk),
                        Long.toUnsignedString(inode),
                        paths(lost.pathsOf(inode)));
            }
        }
        return table + (lost.complete() ? "" : "  ... and more\n");
    }

    /** The one line on standard error. */
    static String summary(LostReport lost) {
        return "chunks lost: " + lost.chunks().size() + ", of " + lost.files()
                + " files; bring back nodes that are silent, or restore these files from a backup";
    }

    private static String paths(List<String> paths) {
        return paths.isEmpty() ? "(no name: unlinked, and open somewhere)" : String.join(", ", paths);
    }

    private static String copies(LostReport.Chunk chunk) {
        String damaged = nodes("damaged or missing on ", chunk.damagedOn());
        String silent = nodes("silent: ", chunk.silentOn());
        return damaged + (damaged.isEmpty() || silent.isEmpty() ? "" : "; ") + silent;
    }

    private static String nodes(String what, List<Integer> nodes) {
        return nodes.isEmpty()
                ? ""
                : what + nodes.stream().map(node -> "n" + node).collect(Collectors.joining(" "));
    }

    /** The names of these records' components are the format: they only ever grow. */
    static String json(LostReport lost) {
        return new GsonBuilder()
                .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
                .setPrettyPrinting()
                .disableHtmlEscaping()
                .create()
                .toJson(new LostView(
                        lost.chunks().stream()
                                .map(chunk -> new ChunkView(
                                        chunk.cluster(),
                                        chunk.id(),
                                        chunk.length(),
                                        chunk.damagedOn(),
                                        chunk.silentOn(),
                                        chunk.files().stream()
                                                .map(inode ->
                                                        new FileView(Long.toUnsignedString(inode), lost.pathsOf(inode)))
                                                .toList()))
                                .toList(),
                        lost.complete()));
    }

    private record LostView(List<ChunkView> lostChunks, boolean complete) {}

    private record ChunkView(
            String cluster,
            String chunk,
            long length,
            List<Integer> damagedOn,
            List<Integer> silentOn,
            List<FileView> files) {}

    private record FileView(String inode, List<String> paths) {}
}
