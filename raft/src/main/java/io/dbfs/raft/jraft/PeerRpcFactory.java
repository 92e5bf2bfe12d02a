package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.rpc.RaftRpcFactory;
import com.alipay.sofa.jraft.rpc.RpcClient;
import com.alipay.sofa.jraft.rpc.RpcServer;
import com.alipay.sofa.jraft.util.Endpoint;
import com.alipay.sofa.jraft.util.SPI;

/** Has JRaft ask peers by the wire protocol. Public for JRaft, which finds it as a service. */
@SPI(priority = 2)
public final class PeerRpcFactory implements RaftRpcFactory {
    /** {@link PeerCall} knows all messages that travel. */
    @Override
    public void registerProtobufSerializer(String className, Object... arguments) {}

    @Override
    public RpcClient createRpcClient(ConfigHelper<RpcClient> helper) {
        return new PeerClient();
    }

    /** A server of JRaft's would have a port of its own. */
    @Override
    public RpcServer createRpcServer(Endpoint endpoint, ConfigHelper<RpcServer> helper) {
        throw new UnsupportedOperationException("a server for JRaft (expected: " + PeerService.class.getName() + ")");
    }
}
