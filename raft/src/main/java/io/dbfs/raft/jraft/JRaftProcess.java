package io.dbfs.raft.jraft;

/**
 * What JRaft keeps in static fields and system properties, set once before its classes load: pools and logs of a size
 * for many small groups in one process. A property that is set already stays as it is.
 */
final class JRaftProcess {
    static {
        setDefault("jraft.timer.global_election_timer_workers", 1);
        setDefault("jraft.timer.global_vote_timer_workers", 1);
        setDefault("jraft.timer.global_step_down_timer_workers", 1);
        setDefault("jraft.timer.global_snapshot_timer_workers", 1);
        setDefault("jraft.timer.global_scheduler_workers", 2);
        setDefault("jraft.append.entries.threads.send", 2);
        setDefault("jraft.closure.threadpool.size.min", 2);
        setDefault("jraft.internal.closure.threadpool.size.min", 1);
        setDefault("com.google.protobuf.use_unsafe_pre22_gencode", true);
    }

    private JRaftProcess() {}

    /** Makes sure that all is set. */
    static void prepare() {
        // The static initializer has done it.
    }

    private static void setDefault(String property, Object value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value.toString());
        }
    }
}
