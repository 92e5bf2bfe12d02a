package io.dbfs.cluster.contents;

import io.dbfs.proto.CommitOperation;
import io.dbfs.proto.ContentsOutcome;
import io.dbfs.proto.Extent;
import io.dbfs.proto.FileAttributes;
import io.dbfs.proto.FileRecord;

/** Cuts a batch of written extents into a file. */
final class Commit {
    private Commit() {}

    static ContentsOutcome apply(ContentsState state, CommitOperation operation) {
        Files.requireInode(operation.getInode());
        Files.requireSize(operation.getMinSize());
        NewExtents.accept(state, operation.getInode(), operation.getNewChunksList(), operation.getExtentsList(), 0);
        FileRecord.Builder file =
                Files.openOrCreate(state, operation.getInode(), operation.getTimeNanos(), operation.getTimeNanos());
        FileAttributes.Builder attributes = file.getAttributesBuilder();
        Durability.reached(attributes, operation.getDurableVersion());
        long size = Math.max(attributes.getSize(), operation.getMinSize());
        if (operation.getExtentsCount() > 0 || size > attributes.getSize()) {
            Files.changed(attributes);
            attributes.setMtimeNanos(operation.getTimeNanos());
        }
        if (operation.getNewChunksCount() > 0 && !operation.getNewChunksDurable()) {
            Durability.pending(attributes);
        }
        ExtentMap map = new ExtentMap(state, file);
        for (Extent extent : operation.getExtentsList()) {
            map.write(extent, attributes.getVersion());
            size = Math.max(size, endOfData(extent));
        }
        attributes.setSize(size);
        if (operation.hasSetMtimeNanos()) {
            attributes.setMtimeNanos(operation.getSetMtimeNanos());
        }
        if (operation.hasSetAtimeNanos()) {
            attributes.setAtimeNanos(operation.getSetAtimeNanos());
        }
        Files.touch(attributes, operation.getTimeNanos());
        return Files.save(state, file).build();
    }

    /** Punching a hole beyond the end does not make a file longer. */
    private static long endOfData(Extent extent) {
        return extent.getSourceCase() == Extent.SourceCase.HOLE ? 0 : ExtentMap.end(extent);
    }
}
