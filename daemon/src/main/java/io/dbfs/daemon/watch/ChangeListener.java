package io.dbfs.daemon.watch;

import io.dbfs.proto.WatchReply;

/** Hears what a group tells of changes, in order. Runs on a network thread and must not block. */
@FunctionalInterface
public interface ChangeListener {
    /** The coverage has taken it in already. */
    void changed(WatchReply news);
}
