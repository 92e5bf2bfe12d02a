package io.dbfs.cluster.contents;

import io.dbfs.proto.ContentsOutcome;
import io.dbfs.proto.FileAttributes;
import io.dbfs.proto.FileRecord;
import io.dbfs.proto.SetContentsOperation;

/** truncate and utimensat. */
final class SetContents {
    private SetContents() {}

    static ContentsOutcome apply(ContentsState state, SetContentsOperation operation) {
        Files.requireInode(operation.getInode());
        FileRecord.Builder file = Files.openOrCreate(
                state, operation.getInode(), operation.getInitialAtimeNanos(), operation.getInitialMtimeNanos());
        FileAttributes.Builder attributes = file.getAttributesBuilder();
        if (operation.hasSize()) {
            Files.requireSize(operation.getSize());
            resize(state, file, operation.getSize());
            attributes.setMtimeNanos(operation.getTimeNanos());
        }
        setTimes(attributes, operation);
        Files.touch(attributes, operation.getTimeNanos());
        return Files.save(state, file).build();
    }

    /** Shrinking cuts, so that growing again shows zeros; growing leaves a hole. */
    private static void resize(ContentsState state, FileRecord.Builder file, long size) {
        FileAttributes.Builder attributes = file.getAttributesBuilder();
        if (size == attributes.getSize()) {
            return;
        }
        if (size < attributes.getSize()) {
            new ExtentMap(state, file).cut(size, attributes.getSize());
        }
        attributes.setSize(size);
        Files.changed(attributes);
        if (size == 0) {
            Durability.reached(attributes, attributes.getVersion());
        }
    }

    private static void setTimes(FileAttributes.Builder attributes, SetContentsOperation operation) {
        if (operation.hasAtimeNanos()) {
            attributes.setAtimeNanos(operation.getAtimeNanos());
        }
        if (operation.hasMtimeNanos()) {
            attributes.setMtimeNanos(operation.getMtimeNanos());
        }
        if (operation.getAtimeNow()) {
            attributes.setAtimeNanos(operation.getTimeNanos());
        }
        if (operation.getMtimeNow()) {
            attributes.setMtimeNanos(operation.getTimeNanos());
        }
    }
}
