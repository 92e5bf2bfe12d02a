package io.dbfs.daemon.vfs;

import io.dbfs.common.Caller;

/** Callers in their form on the wire. */
final class Callers {
    private Callers() {}

    static io.dbfs.proto.Caller toProto(Caller caller) {
        return io.dbfs.proto.Caller.newBuilder()
                .setUid(caller.uid())
                .setGid(caller.gid())
                .setPid(caller.pid())
                .build();
    }
}
