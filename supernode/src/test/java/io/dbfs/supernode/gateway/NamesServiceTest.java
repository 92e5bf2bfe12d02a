package io.dbfs.supernode.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import io.dbfs.common.Errno;
import io.dbfs.common.watch.Watchers;
import io.dbfs.proto.CreateOperation;
import io.dbfs.proto.InodeType;
import io.dbfs.proto.NameOperation;
import io.dbfs.proto.NameOutcome;
import io.dbfs.proto.UnlinkOperation;
import io.dbfs.raft.memory.LocalGroup;
import io.dbfs.raft.memory.MemoryKvStore;
import io.dbfs.supernode.names.NamesMachine;
import io.dbfs.supernode.registry.ClusterRegistry;
import io.dbfs.supernode.replica.Namespace;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NamesServiceTest {
    private static final ByteString NAME = ByteString.copyFromUtf8("d");

    private final LocalGroup group =
            new LocalGroup(new NamesMachine(), new MemoryKvStore(), () -> Instant.ofEpochSecond(1));
    private boolean diskExhausted;
    private final NamesService service = new NamesService(
            new Namespace(group, raftAddress -> ""),
            new ClusterRegistry(() -> 0, new SplittableRandom(1)),
            new Watchers(() -> 0),
            () -> diskExhausted);

    @AfterEach
    void close() {
        group.close();
    }

    @Test
    void aFullDiskTakesNoNewNamesButLetsGoOfOldOnes() {
        assertEquals(0, makeFifo());
        diskExhausted = true;
        assertEquals(Errno.ENOSPC.code(), makeFifo());
        assertEquals(0, unlink());
        diskExhausted = false;
        assertEquals(0, makeFifo());
    }

    @Test
    void anEmptyOperationFailsWithEnosys() {
        assertEquals(Errno.ENOSYS.code(), execute(NameOperation.newBuilder()));
    }

    @Test
    void anUnknownOutcomeMakesTheClientAskAgain() {
        group.close();
        assertEquals(true, answer(NameOperation.newBuilder()).getRefusal().getNotLeader(), "may have been applied");
    }

    private int makeFifo() {
        return execute(NameOperation.newBuilder()
                .setCreate(
                        CreateOperation.newBuilder().setParent(1).setName(NAME).setType(InodeType.FIFO)));
    }

    private int unlink() {
        return execute(NameOperation.newBuilder()
                .setUnlink(UnlinkOperation.newBuilder().setParent(1).setName(NAME)));
    }

    private int execute(NameOperation.Builder operation) {
        return answer(operation).getRefusal().getErrno();
    }

    private NameOutcome answer(NameOperation.Builder operation) {
        Answer answer = new Answer(new ArrayList<>());
        service.execute(operation.build(), answer);
        assertEquals(1, answer.replies.size());
        return answer.replies.get(0);
    }

    private record Answer(List<NameOutcome> replies) implements StreamObserver<NameOutcome> {
        @Override
        public void onNext(NameOutcome reply) {
            replies.add(reply);
        }

        @Override
        public void onError(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onCompleted() {
            assertEquals(1, replies.size());
        }
    }
}
