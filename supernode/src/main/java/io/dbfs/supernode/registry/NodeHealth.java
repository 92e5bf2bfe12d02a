package io.dbfs.supernode.registry;

import io.dbfs.proto.Health;
import java.util.concurrent.TimeUnit;

/** How long a node may be silent. Nodes report once a second. */
final class NodeHealth {
    static final long SUSPECT_NANOS = TimeUnit.SECONDS.toNanos(3);
    static final long DEAD_NANOS = TimeUnit.SECONDS.toNanos(30);
    /** A node that left its cluster, or whose cluster is gone, is no longer worth a line in the status. */
    static final long FORGOTTEN_NANOS = TimeUnit.HOURS.toNanos(1);

    private NodeHealth() {}

    static Health ofSilence(long silentNanos) {
        if (silentNanos >= DEAD_NANOS) {
            return Health.DEAD;
        }
        return silentNanos >= SUSPECT_NANOS ? Health.SUSPECT : Health.HEALTHY;
    }
}
