package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.core.DefaultJRaftServiceFactory;
import com.alipay.sofa.jraft.option.RaftOptions;
import com.alipay.sofa.jraft.storage.LogStorage;
import java.nio.file.Path;
import java.util.concurrent.Executor;

/** Gives JRaft its storages: its own, but for the log. */
final class StorageFactory extends DefaultJRaftServiceFactory {
    private final Executor background;

    /** @param background does for a log what nobody waits for */
    StorageFactory(Executor background) {
        this.background = background;
    }

    @Override
    public LogStorage createLogStorage(String uri, RaftOptions options) {
        return new SegmentLogStorage(Path.of(uri), background);
    }
}
