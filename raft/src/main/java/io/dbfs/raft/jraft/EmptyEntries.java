package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.entity.Task;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entries of the log that hold nothing and change nothing: they let a change of members end on an idle system.
 *
 * <p>JRaft starts a new voter's replicator and begins to wait for it afterwards (NodeImpl.ConfigurationCtx.addNewPeers). A
 * voter that answers in between has caught up before anybody waits, and nothing says so before the log's next entry.
 */
final class EmptyEntries {
    private static final Logger LOG = LoggerFactory.getLogger(EmptyEntries.class);
    /** Most changes end sooner; one that copies much for minutes adds some entries of a few bytes. */
    private static final long PERIOD_MILLIS = 250;

    private static final Executor AFTER_PERIOD =
            CompletableFuture.delayedExecutor(PERIOD_MILLIS, TimeUnit.MILLISECONDS);

    private EmptyEntries() {}

    /** Proposes one a period until a change of members has ended. */
    static void proposeUntil(CompletableFuture<?> changed, Node node) {
        AFTER_PERIOD.execute(() -> {
            if (changed.isDone()) {
                return;
            }
            try {
                // Whether it is applied does not matter: a node that leads no more ends the change.
                node.apply(new Task(ByteBuffer.allocate(0), null));
            } catch (IllegalStateException e) {
                LOG.debug("propose {}: {}", node.getNodeId(), e.getMessage());
                return;
            }
            proposeUntil(changed, node);
        });
    }

    static boolean isEmpty(ByteBuffer data) {
        return !data.hasRemaining();
    }
}
