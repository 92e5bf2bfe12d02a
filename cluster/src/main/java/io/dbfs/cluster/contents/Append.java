package io.dbfs.cluster.contents;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.AppendOperation;
import io.dbfs.proto.ContentsOutcome;
import io.dbfs.proto.Extent;
import io.dbfs.proto.FileAttributes;
import io.dbfs.proto.FileRecord;

/** One write() under O_APPEND: goes where the file ends now. */
final class Append {
    private Append() {}

    static ContentsOutcome apply(ContentsState state, AppendOperation operation) {
        Files.requireInode(operation.getInode());
        requireContiguous(operation);
        FileRecord.Builder file =
                Files.openOrCreate(state, operation.getInode(), operation.getTimeNanos(), operation.getTimeNanos());
        FileAttributes.Builder attributes = file.getAttributesBuilder();
        long at = attributes.getSize();
        NewExtents.accept(state, operation.getInode(), operation.getNewChunksList(), operation.getExtentsList(), at);
        Durability.reached(attributes, operation.getDurableVersion());
        Files.changed(attributes);
        if (operation.getNewChunksCount() > 0 && !operation.getNewChunksDurable()) {
            Durability.pending(attributes);
        }
        ExtentMap map = new ExtentMap(state, file);
        for (Extent extent : operation.getExtentsList()) {
            Extent placed =
                    extent.toBuilder().setOffset(at + extent.getOffset()).build();
            map.write(placed, attributes.getVersion());
            attributes.setSize(ExtentMap.end(placed));
        }
        attributes.setMtimeNanos(operation.getTimeNanos());
        Files.touch(attributes, operation.getTimeNanos());
        return Files.save(state, file).setAppendedAt(at).build();
    }

    private static void requireContiguous(AppendOperation operation) {
        long expected = 0;
        for (Extent extent : operation.getExtentsList()) {
            if (extent.getOffset() != expected || extent.getSourceCase() == Extent.SourceCase.HOLE) {
                throw new FsException(
                        Errno.EINVAL,
                        "append: extent at " + extent.getOffset() + " (expected: data at " + expected + ")");
            }
            expected = ExtentMap.end(extent);
        }
    }
}
