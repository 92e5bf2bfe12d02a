package io.dbfs.cluster.contents;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.Extent;
import io.dbfs.proto.ExtentRecord;
import io.dbfs.proto.FileRecord;
import io.dbfs.proto.RewriteExtents;

/**
 * Replaces pieces of a file by equal bytes that were packed into new chunks. Of the ranges given, only what was written
 * at or before the version they were read at is replaced: everything else has been overwritten since. The version
 * stays, for readers see the same bytes.
 */
final class RewriteFile {
    private RewriteFile() {}

    static void apply(ContentsState state, RewriteExtents command) {
        FileRecord.Builder file = state.file(command.getInode())
                .filter(record ->
                        state.changes().get(Keys.releasing(command.getInode())).isEmpty())
                .map(FileRecord::toBuilder)
                .orElseThrow(() -> new FsException(Errno.ENOENT, "file " + command.getInode() + " is gone"));
        NewExtents.accept(state, command.getInode(), command.getNewChunksList(), command.getExtentsList(), 0);
        ExtentMap map = new ExtentMap(state, file);
        for (Extent extent : command.getExtentsList()) {
            if (extent.getSourceCase() != Extent.SourceCase.CHUNK) {
                throw new FsException(Errno.EINVAL, "rewrite: extent without a chunk");
            }
            ExtentRecord whole = ExtentRecord.newBuilder()
                    .setExtent(extent)
                    .setVersion(command.getVersion())
                    .build();
            for (ExtentMap.Range old : map.writtenBy(command.getVersion(), extent.getOffset(), ExtentMap.end(extent))) {
                map.write(ExtentMap.slice(whole, old.from(), old.to()).getExtent(), command.getVersion());
            }
        }
        state.putFile(file.build());
    }
}
