package io.dbfs.fuse;

import io.dbfs.common.Caller;

/** Who is in which group; a request tells of its caller's first group alone. */
interface Groups {
    /** Whether the caller is in the group, be it by a supplementary one. */
    boolean include(Caller caller, int gid);
}
