package io.dbfs.test.bench;

/** A process whose use of the processor and of memory is watched. */
record Watched(String name, long pid) {
    /** The role without its number: node for node2. */
    String role() {
        return name.replaceAll("[0-9]+$", "");
    }
}
