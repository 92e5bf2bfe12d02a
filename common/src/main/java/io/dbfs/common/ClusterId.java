package io.dbfs.common;

/** Identity of a cluster, given by the supernode when the cluster registers. */
public record ClusterId(int value) {
    public ClusterId {
        if (value <= 0) {
            throw new IllegalArgumentException("cluster id: " + value + " (expected: > 0)");
        }
    }

    @Override
    public String toString() {
        return "c" + value;
    }
}
