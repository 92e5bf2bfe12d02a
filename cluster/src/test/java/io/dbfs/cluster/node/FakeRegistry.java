package io.dbfs.cluster.node;

import io.dbfs.common.rpc.RpcServer;
import io.dbfs.proto.GetRoutesReply;
import io.dbfs.proto.GetRoutesRequest;
import io.dbfs.proto.NodeReport;
import io.dbfs.proto.NodeReportReply;
import io.dbfs.proto.RegistryGrpc;
import io.dbfs.proto.Route;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A supernode that only knows what nodes report. */
final class FakeRegistry extends RegistryGrpc.RegistryImplBase implements AutoCloseable {
    /** The last report of each node, by name. */
    final Map<String, NodeReport> reports = new ConcurrentHashMap<>();

    private final RpcServer server;

    FakeRegistry() throws IOException {
        server = RpcServer.start("127.0.0.1:0", List.of(bindService()), Runnable::run);
    }

    String address() {
        return "127.0.0.1:" + server.port();
    }

    @Override
    public void reportNode(NodeReport report, StreamObserver<NodeReportReply> observer) {
        reports.put(report.getNodeName(), report);
        observer.onNext(NodeReportReply.getDefaultInstance());
        observer.onCompleted();
    }

    @Override
    public void getRoutes(GetRoutesRequest request, StreamObserver<GetRoutesReply> observer) {
        GetRoutesReply.Builder reply = GetRoutesReply.newBuilder();
        reports.values().stream()
                .filter(NodeReport::getLeads)
                .forEach(leader -> reply.addRoutes(
                        Route.newBuilder().setClusterName(leader.getCluster()).setLeader(leader.getAddress())));
        observer.onNext(reply.build());
        observer.onCompleted();
    }

    @Override
    public void close() {
        server.close();
    }
}
