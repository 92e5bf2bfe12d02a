package io.dbfs.common;

import java.util.HexFormat;

/** Identity of a chunk, unique in its cluster and never reused. */
public record ChunkId(long value) {
    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(value);
    }
}
