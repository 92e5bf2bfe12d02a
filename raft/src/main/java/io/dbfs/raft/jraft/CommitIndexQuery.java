package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.entity.EnumOutter.ReadOnlyType;
import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.rpc.RpcRequests.ReadIndexRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.ReadIndexResponse;
import java.time.Duration;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a leader how far its group has committed. Thread-safe. */
final class CommitIndexQuery implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CommitIndexQuery.class);

    private final GroupConfig config;
    private final PeerClient client = new PeerClient();

    CommitIndexQuery(GroupConfig config) {
        this.config = config;
    }

    /**
     * The commit index of who leads, confirmed by a majority after it was asked; empty when it does not lead, or cannot say
     * in an election timeout. Its lease would not do: it may still count what this replica answered before.
     */
    OptionalLong ask(String leader) {
        ReadIndexRequest request = ReadIndexRequest.newBuilder()
                .setGroupId(config.groupId())
                .setServerId(config.raftAddress())
                .setPeerId(leader)
                .setReadOnlyOptions(ReadOnlyType.READ_ONLY_SAFE)
                .build();
        Duration timeout = config.electionTimeout();
        try {
            Object reply = client.invokeSync(Peers.peer(leader).getEndpoint(), request, null, timeout.toMillis());
            if (reply instanceof ReadIndexResponse index && index.getSuccess()) {
                return OptionalLong.of(index.getIndex());
            }
            LOG.debug("commit index of {}: {}", leader, reply);
        } catch (RemotingException e) {
            LOG.debug("commit index of {}: {}", leader, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return OptionalLong.empty();
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
