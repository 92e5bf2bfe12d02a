package io.dbfs.common.host;

/** The twin for tests: tells what it was last given. */
public final class FixedHostStatistics implements HostStatistics {
    private volatile HostLoad load;

    /** Tells {@code load} until {@link #set}. */
    public FixedHostStatistics(HostLoad load) {
        this.load = load;
    }

    /** Replaces what is told. */
    public void set(HostLoad newLoad) {
        load = newLoad;
    }

    @Override
    public HostLoad sample() {
        return load;
    }
}
