package io.dbfs.cluster.contents;

import io.dbfs.proto.ContentsOutcome;
import io.dbfs.proto.DropOperation;
import io.dbfs.proto.FileRecord;
import io.dbfs.proto.ReleaseExtents;

/** Lets go of files' contents; of files with very many extents step by step, so that no command runs for long. */
final class Drop {
    private Drop() {}

    static ContentsOutcome apply(ContentsState state, DropOperation operation) {
        operation.getInodesList().forEach(inode -> release(state, inode));
        return ContentsOutcome.getDefaultInstance();
    }

    static void apply(ContentsState state, ReleaseExtents command) {
        if (state.changes().get(Keys.releasing(command.getInode())).isPresent()) {
            release(state, command.getInode());
        }
    }

    private static void release(ContentsState state, long inode) {
        state.file(inode).ifPresent(record -> {
            FileRecord.Builder file = record.toBuilder();
            boolean done = new ExtentMap(state, file).release(Limits.RELEASE_EXTENTS_MAX);
            if (done) {
                remove(state, inode);
            } else {
                state.putFile(file.build());
                state.changes().put(Keys.releasing(inode), new byte[0]);
            }
        });
    }

    private static void remove(ContentsState state, long inode) {
        state.changes().delete(Keys.file(inode));
        state.changes().delete(Keys.crowded(inode));
        state.changes().delete(Keys.releasing(inode));
        state.cluster().setFiles(state.cluster().getFiles() - 1);
    }
}
