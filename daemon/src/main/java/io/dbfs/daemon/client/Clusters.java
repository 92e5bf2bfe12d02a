package io.dbfs.daemon.client;

import io.dbfs.common.ClusterId;

/** Every cluster's contents. Thread-safe. */
@FunctionalInterface
public interface Clusters {
    /** The client of one cluster; the same for every call. Asks nobody. */
    ContentsClient of(ClusterId cluster);
}
