package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.core.DefaultJRaftServiceFactory;
import com.alipay.sofa.jraft.option.RaftOptions;
import com.alipay.sofa.jraft.storage.LogStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Gives JRaft its storages: its own, but for the log. */
final class StorageFactory extends DefaultJRaftServiceFactory {
    private final Executor background;
    private volatile @Nullable SegmentLogStorage log;
    private volatile @Nullable IOException failure;

    /** @param background does for a log what nobody waits for */
    StorageFactory(Executor background) {
        this.background = background;
    }

    @Override
    public LogStorage createLogStorage(String uri, RaftOptions options) {
        SegmentLogStorage made = new SegmentLogStorage(Path.of(uri), background, this::failed);
        log = made;
        return made;
    }

    /** Index of the first entry of the log, which was opened; 1 when it was not. */
    long firstIndex() {
        SegmentLogStorage made = log;
        return made == null ? 1 : made.getFirstLogIndex();
    }

    /** Why a log could not be opened, which JRaft does not say; null when it could. */
    @Nullable
    IOException failure() {
        return failure;
    }

    /** Closes the log of a replica that did not start. */
    void close() {
        SegmentLogStorage made = log;
        if (made != null) {
            made.shutdown();
        }
    }

    private void failed(IOException cause) {
        failure = cause;
    }
}
