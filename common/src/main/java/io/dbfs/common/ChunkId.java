package io.dbfs.common;

/** Identity of a chunk, unique in its cluster and never reused. */
public record ChunkId(long value) {
    @Override
    public String toString() {
        return String.format("%016x", value);
    }
}
