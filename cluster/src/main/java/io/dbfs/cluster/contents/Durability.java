package io.dbfs.cluster.contents;

import io.dbfs.proto.FileAttributes;

/**
 * Which versions of a file are on disks, by what its writers say. Nodes make every chunk durable by themselves, soon; who
 * asks for fsync must not wait for that, and finds here whether there is anything to be done.
 */
final class Durability {
    private Durability() {}

    /** A writer has made everything up to {@code version} durable. */
    static void reached(FileAttributes.Builder attributes, long version) {
        if (attributes.getUnsyncedVersion() <= version) {
            attributes.clearUnsyncedVersion();
        }
    }

    /** The version that the file has now brought chunks that may not be durable. */
    static void pending(FileAttributes.Builder attributes) {
        attributes.setUnsyncedVersion(attributes.getVersion());
    }
}
