package io.dbfs.common.host;

/**
 * Samples this host. Shares are taken over the time since the sample before, so the first one may tell 0 for them.
 * Implementations are thread-safe, never throw for a figure they cannot find, and touch no filesystem but that of the
 * data directory: a mount served by this very process would otherwise wait for itself.
 */
@FunctionalInterface
public interface HostStatistics {
    /** The load now; may take some milliseconds. */
    HostLoad sample();
}
