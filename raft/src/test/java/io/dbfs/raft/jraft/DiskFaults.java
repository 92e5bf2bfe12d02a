package io.dbfs.raft.jraft;

import io.dbfs.raft.KvStore;
import io.dbfs.raft.Mutation;
import io.dbfs.raft.cache.ForwardingKvStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Full disks of replicas in this process. Thread-safe. */
final class DiskFaults {
    private final Set<String> full = ConcurrentHashMap.newKeySet();
    private final Set<String> broken = ConcurrentHashMap.newKeySet();

    /** From now on nothing can be written to a replica's state, and its disk shows it. */
    void fill(String address) {
        full.add(address);
    }

    void free(String address) {
        full.remove(address);
    }

    /** From now on nothing can be written to a replica's state, although its disk has space. */
    void breakDisk(String address) {
        broken.add(address);
    }

    void mendDisk(String address) {
        broken.remove(address);
    }

    long usableBytes(String address, Path directory) {
        return full.contains(address) ? 0 : directory.toFile().getUsableSpace();
    }

    KvStore wrap(String address, KvStore store) {
        return new ForwardingKvStore(store) {
            @Override
            public void commit(long index, List<Mutation> mutations) {
                if (full.contains(address) || broken.contains(address)) {
                    throw new IllegalStateException("cannot write: No space left on device");
                }
                super.commit(index, mutations);
            }
        };
    }
}
