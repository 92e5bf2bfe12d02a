package io.dbfs.common.rpc;

import io.dbfs.proto.DescribeReply;
import io.dbfs.proto.DescribeRequest;
import io.dbfs.proto.WireGrpc;
import io.grpc.stub.StreamObserver;

/** Tells at the API port where this process speaks the wire protocol. */
final class WireDescription extends WireGrpc.WireImplBase {
    private final DescribeReply reply;

    WireDescription(int port) {
        reply = DescribeReply.newBuilder().setPort(port).build();
    }

    @Override
    public void describe(DescribeRequest request, StreamObserver<DescribeReply> observer) {
        observer.onNext(reply);
        observer.onCompleted();
    }
}
