package io.dbfs.daemon.client;

import io.dbfs.proto.KeepLocksReply;
import io.dbfs.proto.KeepLocksRequest;
import io.dbfs.proto.LockReply;
import io.dbfs.proto.LockRequest;
import io.dbfs.proto.SettledRequest;
import io.dbfs.proto.TestLockReply;
import io.dbfs.proto.TestLockRequest;
import java.time.Duration;

/** The locks one cluster keeps, as its leader serves them. As {@link ContentsClient}. */
public interface LocksClient {
    /** Applies a request exactly once, however often it has to be sent. Its {@code op} is filled in here. */
    LockReply execute(LockRequest request);

    TestLockReply test(TestLockRequest request);

    /** Answers the inquiry of a cluster; tried once. */
    void settled(SettledRequest request);

    /** Renews the lease and waits for grants; tried for this long at most. */
    KeepLocksReply keep(KeepLocksRequest request, Duration patience);
}
