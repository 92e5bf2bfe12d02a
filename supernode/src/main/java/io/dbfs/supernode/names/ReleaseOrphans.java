package io.dbfs.supernode.names;

import io.dbfs.proto.ReleaseOrphansOperation;
import java.util.LinkedHashSet;

/** A session no longer holds these inodes open. Ids that do not wait for it are passed over, so it is idempotent. */
record ReleaseOrphans(ReleaseOrphansOperation request) implements Operation {
    @Override
    public Result apply(Draft draft) {
        for (long inode : new LinkedHashSet<>(request.getInodesList())) {
            Orphans.letGo(draft, request.getSession(), inode);
        }
        return new Result(null, false);
    }
}
