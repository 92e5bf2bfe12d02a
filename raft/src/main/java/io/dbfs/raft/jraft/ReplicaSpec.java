package io.dbfs.raft.jraft;

import io.dbfs.raft.KvStoreOpener;
import io.dbfs.raft.StateMachine;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What a replica is made of, each time it is opened.
 *
 * @param state directory of its state, on the file system of its log
 * @param usableBytes free bytes of that file system
 * @param fatal is told, once and in one line, that the replica cannot be opened again, and why: the process should end
 */
public record ReplicaSpec(
        GroupConfig config,
        StateMachine machine,
        Path state,
        KvStoreOpener opener,
        LongSupplier usableBytes,
        Consumer<String> fatal) {}
