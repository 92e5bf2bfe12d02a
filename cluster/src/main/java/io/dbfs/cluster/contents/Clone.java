package io.dbfs.cluster.contents;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.CloneOperation;
import io.dbfs.proto.ContentsOutcome;
import io.dbfs.proto.Extent;
import io.dbfs.proto.ExtentRecord;
import io.dbfs.proto.FileAttributes;
import io.dbfs.proto.FileRecord;
import java.util.List;

/**
 * copy_file_range(2) as a change of metadata: the target's range refers to the source's chunks. Of a range with very many
 * extents, as many as one command may touch; the client goes on from there.
 */
final class Clone {
    private Clone() {}

    static ContentsOutcome apply(ContentsState state, CloneOperation operation) {
        Files.requireInode(operation.getSource());
        Files.requireInode(operation.getTarget());
        Files.requireSize(operation.getSourceOffset());
        Files.requireSize(operation.getTargetOffset());
        long from = operation.getSourceOffset();
        long available = Math.max(0, sourceSize(state, operation.getSource()) - from);
        long length = Long.compareUnsigned(operation.getLength(), available) < 0 ? operation.getLength() : available;
        if (length == 0) {
            return ContentsOutcome.newBuilder()
                    .setCloneComplete(true)
                    .setAttributes(state.file(operation.getTarget())
                            .map(FileRecord::getAttributes)
                            .orElseGet(() -> FileAttributes.newBuilder()
                                    .setInode(operation.getTarget())
                                    .build()))
                    .build();
        }
        Files.requireSize(operation.getTargetOffset() + length);
        if (operation.getSource() == operation.getTarget() && Math.abs(operation.getTargetOffset() - from) < length) {
            throw new FsException(Errno.EINVAL, "clone: the ranges overlap");
        }
        return share(state, operation, length);
    }

    /** A file whose contents are being released has none to give any more. */
    private static long sourceSize(ContentsState state, long inode) {
        if (state.changes().get(Keys.releasing(inode)).isPresent()) {
            return 0;
        }
        return state.file(inode).map(file -> file.getAttributes().getSize()).orElse(0L);
    }

    private static ContentsOutcome share(ContentsState state, CloneOperation operation, long length) {
        long from = operation.getSourceOffset();
        long to = operation.getTargetOffset();
        FileRecord.Builder file =
                Files.openOrCreate(state, operation.getTarget(), operation.getTimeNanos(), operation.getTimeNanos());
        ExtentMap target = new ExtentMap(state, file);
        ExtentMap source = operation.getSource() == operation.getTarget()
                ? target
                : new ExtentMap(state, state.file(operation.getSource()).orElseThrow().toBuilder());
        List<ExtentRecord> pieces = firstOf(source, from, from + length);
        long done = Math.min(
                reach(pieces, from + length) - from, reach(firstOf(target, to, to + length), to + length) - to);

        FileAttributes.Builder attributes = file.getAttributesBuilder();
        Files.changed(attributes);
        if (sourceIsPending(state, operation.getSource())) {
            Durability.pending(attributes);
        }
        attributes.setMtimeNanos(operation.getTimeNanos());
        Files.touch(attributes, operation.getTimeNanos());
        target.cut(to, to + done);
        for (ExtentRecord piece : pieces) {
            long start = piece.getExtent().getOffset();
            long end = Math.min(ExtentMap.end(piece.getExtent()), from + done);
            if (start < end) {
                Extent extent = ExtentMap.slice(piece, start, end).getExtent();
                target.write(extent.toBuilder().setOffset(start - from + to).build(), attributes.getVersion());
            }
        }
        attributes.setSize(Math.max(attributes.getSize(), to + done));
        return Files.save(state, file)
                .setClonedBytes(done)
                .setCloneComplete(done == length)
                .build();
    }

    private static boolean sourceIsPending(ContentsState state, long inode) {
        return state.file(inode)
                .filter(file -> file.getAttributes().getUnsyncedVersion() != 0)
                .isPresent();
    }

    private static List<ExtentRecord> firstOf(ExtentMap map, long from, long to) {
        return map.first(from, to, Limits.CLONE_EXTENTS_MAX, Limits.COMMIT_INLINE_BYTES_MAX);
    }

    /** How far a command comes that takes these of a range: to its end where it takes them all. */
    private static long reach(List<ExtentRecord> pieces, long to) {
        long inlineBytes = pieces.stream()
                .mapToLong(piece -> piece.getExtent().getInline().size())
                .sum();
        boolean all = pieces.size() < Limits.CLONE_EXTENTS_MAX && inlineBytes <= Limits.COMMIT_INLINE_BYTES_MAX;
        return all ? to : ExtentMap.end(pieces.get(pieces.size() - 1).getExtent());
    }
}
