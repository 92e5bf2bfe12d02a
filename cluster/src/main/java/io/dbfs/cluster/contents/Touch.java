package io.dbfs.cluster.contents;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.ContentsOutcome;
import io.dbfs.proto.FileRecord;
import io.dbfs.proto.TouchOperation;

/** Notes when files were read. Contents, version and ctime stay. */
final class Touch {
    private Touch() {}

    static ContentsOutcome apply(ContentsState state, TouchOperation operation) {
        if (operation.getAccessesCount() > Limits.REPLY_ENTRIES_MAX) {
            throw new FsException(
                    Errno.EINVAL,
                    "accesses: " + operation.getAccessesCount() + " (expected: at most " + Limits.REPLY_ENTRIES_MAX
                            + ")");
        }
        ContentsOutcome.Builder outcome = ContentsOutcome.newBuilder();
        for (TouchOperation.Access access : operation.getAccessesList()) {
            state.file(access.getInode()).ifPresent(record -> {
                FileRecord.Builder file = record.toBuilder();
                if (file.getAttributes().getAtimeNanos() < access.getAtimeNanos()) {
                    file.getAttributesBuilder().setAtimeNanos(access.getAtimeNanos());
                    state.putFile(file.build());
                }
                outcome.addTouched(file.getAttributes());
            });
        }
        return outcome.build();
    }
}
