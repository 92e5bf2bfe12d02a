package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.ErrorResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.GetFileRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.GetFileResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.InstallSnapshotRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.InstallSnapshotResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.PingRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.ReadIndexRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.ReadIndexResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.RequestVoteRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.RequestVoteResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.TimeoutNowRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.TimeoutNowResponse;
import com.google.protobuf.Message;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What replicas ask each other. */
enum PeerCall {
    APPEND_ENTRIES(1, AppendEntriesRequest.getDefaultInstance(), AppendEntriesResponse.getDefaultInstance()),
    REQUEST_VOTE(2, RequestVoteRequest.getDefaultInstance(), RequestVoteResponse.getDefaultInstance()),
    TIMEOUT_NOW(3, TimeoutNowRequest.getDefaultInstance(), TimeoutNowResponse.getDefaultInstance()),
    READ_INDEX(4, ReadIndexRequest.getDefaultInstance(), ReadIndexResponse.getDefaultInstance()),
    INSTALL_SNAPSHOT(5, InstallSnapshotRequest.getDefaultInstance(), InstallSnapshotResponse.getDefaultInstance()),
    GET_FILE(6, GetFileRequest.getDefaultInstance(), GetFileResponse.getDefaultInstance()),
    PING(7, PingRequest.getDefaultInstance(), ErrorResponse.getDefaultInstance());

    private static final Map<Byte, PeerCall> BY_CODE =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(PeerCall::code, call -> call));
    private static final Map<Class<?>, PeerCall> BY_REQUEST = Arrays.stream(values())
            .collect(Collectors.toUnmodifiableMap(call -> call.request.getClass(), call -> call));

    private final byte code;
    private final Message request;
    private final Message reply;

    PeerCall(int code, Message request, Message reply) {
        this.code = (byte) code;
        this.request = request;
        this.reply = reply;
    }

    /** What a frame knows it by; never 0. */
    byte code() {
        return code;
    }

    /** An example of the request. */
    Message request() {
        return request;
    }

    /** An example of the reply, unless that is an {@link ErrorResponse}. */
    Message reply() {
        return reply;
    }

    static Optional<PeerCall> ofCode(byte code) {
        return Optional.ofNullable(BY_CODE.get(code));
    }

    /** @throws IllegalArgumentException when replicas do not ask each other that */
    static PeerCall ofRequest(Object request) {
        PeerCall call = BY_REQUEST.get(request.getClass());
        if (call == null) {
            throw new IllegalArgumentException(
                    "request: " + request.getClass().getName() + " (expected: one of " + BY_REQUEST.keySet() + ")");
        }
        return call;
    }
}
