package io.dbfs.daemon.watch;

import io.dbfs.proto.WatchReply;
import java.util.concurrent.CompletableFuture;

/** Hears what a group tells of changes, in order. Runs on a network thread and must not block. */
@FunctionalInterface
public interface ChangeListener {
    /** The coverage has taken it in already. Completes, never exceptionally, when the kernel serves nothing older either. */
    CompletableFuture<Void> changed(WatchReply news);
}
