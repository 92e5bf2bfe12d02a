package io.dbfs.daemon.vfs;

import io.dbfs.common.ClusterId;
import io.dbfs.common.InodeId;
import io.dbfs.proto.LockFence;
import java.util.Optional;

/** Under which locks of this mount a file is written. */
interface LockFences {
    /**
     * What the file's cluster is to look at before it takes what was written here; empty where nobody has locked the file.
     *
     * @throws io.dbfs.common.FsException EIO where it was written under locks that are lost: it must not be committed
     */
    Optional<LockFence> of(ClusterId home, InodeId inode);
}
