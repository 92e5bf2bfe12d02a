package io.dbfs.common.wire;

import java.util.Arrays;
import java.util.Optional;

/** What a connection is for: one byte of its beginning. */
public enum WireKind {
    /** Unary gRPC calls; see {@link CallService}. */
    CALLS(1),
    /** Chunk bytes; see {@code chunks.proto}. */
    CHUNKS(2),
    /** What the replicas of a Raft group send each other. */
    RAFT(3);

    private final byte code;

    WireKind(int code) {
        this.code = (byte) code;
    }

    byte code() {
        return code;
    }

    static Optional<WireKind> ofCode(byte code) {
        return Arrays.stream(values()).filter(kind -> kind.code == code).findAny();
    }
}
