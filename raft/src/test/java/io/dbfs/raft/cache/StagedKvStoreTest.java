package io.dbfs.raft.cache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dbfs.raft.KvStore;
import io.dbfs.raft.KvStoreContract;
import io.dbfs.raft.Mutation;
import io.dbfs.raft.StateView;
import io.dbfs.raft.memory.MemoryKvStore;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class StagedKvStoreTest extends KvStoreContract {
    private static final int COMMITS = 20_000;
    private static final byte[] KEY = "key".getBytes(ISO_8859_1);

    private final MemoryKvStore behind = new MemoryKvStore();
    private final StagedKvStore staged = new StagedKvStore(behind);

    @Override
    protected KvStore open(Path directory) {
        return new SettledStore(new StagedKvStore(new MemoryKvStore()));
    }

    @Test
    void theLastCommitIsWrittenWhenItIsSettled() {
        staged.commit(1, List.of(value(1)));
        assertEquals(1, staged.appliedIndex());
        assertEquals(0, behind.appliedIndex());
        staged.settle();
        assertEquals(1, behind.appliedIndex());
        staged.commit(2, List.of(value(2)));
        staged.commit(3, List.of(value(3)));
        assertEquals(2, behind.appliedIndex());
        assertThrows(IllegalArgumentException.class, () -> staged.commit(3, List.of()));
    }

    @Test
    void whoLooksWritesItFirst() {
        staged.commit(1, List.of(value(1)));
        try (StateView view = staged.view()) {
            assertEquals(1, view.index());
            assertArrayEquals(value(1).value(), view.get(KEY).orElseThrow());
        }
    }

    @Test
    void readersAndTheCommittingThreadWriteEachCommitOnce() throws Exception {
        ExecutorService readers = Executors.newSingleThreadExecutor();
        CountDownLatch reads = new CountDownLatch(1);
        try {
            Future<?> reading = readers.submit(() -> {
                long seen = 0;
                while (seen < COMMITS) {
                    long told = staged.appliedIndex();
                    try (StateView view = staged.view()) {
                        if (view.index() < told) {
                            throw new AssertionError("told of " + told + ", shown " + view.index());
                        }
                        seen = view.index();
                    }
                    reads.countDown();
                }
            });
            reads.await();
            for (int index = 1; index <= COMMITS; index++) {
                staged.commit(index, List.of(value(index)));
                staged.settle();
            }
            reading.get();
        } finally {
            readers.shutdownNow();
        }
        assertEquals(COMMITS, behind.appliedIndex());
    }

    private static Mutation.Put value(int number) {
        return new Mutation.Put(KEY, Integer.toString(number).getBytes(ISO_8859_1));
    }

    /** As the committing thread uses it. */
    private static final class SettledStore extends ForwardingKvStore {
        private final StagedKvStore staged;

        SettledStore(StagedKvStore staged) {
            super(staged);
            this.staged = staged;
        }

        @Override
        public void commit(long index, List<Mutation> mutations) {
            super.commit(index, mutations);
            staged.settle();
        }
    }
}
