package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;

/** The connections to one peer: what is long or slow in one delays nothing in another. */
enum PeerLane {
    /** Log entries, and the questions where to begin with them, in order. */
    ENTRIES,
    /** Heartbeats, votes, and what else is short and must come through. */
    CONTROL,
    /** Snapshots and their files. */
    SNAPSHOTS;

    static PeerLane of(PeerCall call, Object request) {
        return switch (call) {
            case APPEND_ENTRIES -> isHeartbeat((AppendEntriesRequest) request) ? CONTROL : ENTRIES;
            case REQUEST_VOTE, TIMEOUT_NOW, READ_INDEX, PING -> CONTROL;
            case INSTALL_SNAPSHOT, GET_FILE -> SNAPSHOTS;
        };
    }

    /** As JRaft tells them apart. */
    private static boolean isHeartbeat(AppendEntriesRequest request) {
        return request.getEntriesCount() == 0 && !request.hasData();
    }
}
