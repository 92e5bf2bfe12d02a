package io.dbfs.common;

/** Identity of a storage node, unique in its cluster. */
public record NodeId(int value) {
    public NodeId {
        if (value <= 0) {
            throw new IllegalArgumentException("node id: " + value + " (expected: > 0)");
        }
    }

    @Override
    public String toString() {
        return "n" + value;
    }
}
