package io.dbfs.raft.jraft;

import io.dbfs.raft.DamagedStorageException;
import io.dbfs.raft.ReplicaHealth;
import io.dbfs.raft.ReplicaHealth.State;
import io.dbfs.raft.ReplicatedGroup;
import io.dbfs.raft.ReplicatedGroup.Member;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a replica open. One whose disk was full or failed is opened again, when there is space, with growing delays; one
 * whose storage is damaged sets it aside and is filled again by the others where they can ({@link RefillPolicy}, {@link
 * VoteGate}). What cannot be opened is told of once, for the process to end. Everything is done by one thread of its own.
 */
final class Supervisor {
    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
    /** Without it there is no sense in an attempt: segments of the log, and files of the state from memory. */
    static final long SPACE_BYTES_MIN = 32L << 20;

    private static final Duration SPACE_POLL = Duration.ofSeconds(1);
    private static final Duration REFILL_POLL = Duration.ofMillis(200);
    /** Election timeouts until nothing is on its way any more that this replica said before it began anew. */
    private static final int SETTLE_TIMEOUTS = 10;

    private static final long CLOSE_TIMEOUT_SECONDS = 30;

    /** Opens a replica once. */
    @FunctionalInterface
    interface Opener {
        JRaftGroup open(List<Member> initialMembers, LeadershipPublisher.FailureListener failures) throws IOException;
    }

    private final ReplicaSpec spec;
    private final String name;
    private final Opener opener;
    private final ReplicaFiles files;
    private final LongSupplier nanoTime;
    private final Runnable released;
    private final SupervisedGroup group = new SupervisedGroup(this::close);
    private final ReopenPolicy reopen = new ReopenPolicy();
    private final ScheduledExecutorService thread;

    private @Nullable JRaftGroup open;
    private @Nullable CommitIndexQuery query;
    private long openedNanos;
    private boolean waitsForSpace;
    private volatile boolean closed;

    /** @param released runs after the replica has been closed for good */
    Supervisor(ReplicaSpec spec, Opener opener, InstantSource clock, LongSupplier nanoTime, Runnable released) {
        this.spec = spec;
        this.name = spec.config().groupId() + "@" + spec.config().raftAddress();
        this.opener = opener;
        this.files = new ReplicaFiles(spec.config().directory(), spec.state(), clock);
        this.nanoTime = nanoTime;
        this.released = released;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "raft-supervisor-" + name);
            made.setDaemon(true);
            return made;
        });
    }

    /**
     * Opens the replica for the first time.
     *
     * @throws IOException when it can neither be opened nor filled again, in one line; it is closed then
     */
    ReplicatedGroup start() throws IOException {
        try {
            thread.submit(() -> {
                        first();
                        return null;
                    })
                    .get();
            return group;
        } catch (ExecutionException e) {
            close();
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new IOException("interrupted while the replica " + name + " was opened", e);
        }
    }

    private void first() throws IOException {
        try {
            open();
        } catch (DamagedStorageException e) {
            Optional<String> hopeless = refill(e);
            if (hopeless.isPresent()) {
                throw new IOException(hopeless.get(), e);
            }
        }
    }

    /** Opens the replica, or begins what comes before that. */
    private void open() throws IOException {
        long usable = spec.usableBytes().getAsLong();
        if (usable < SPACE_BYTES_MIN) {
            halted("the file system of " + spec.config().directory() + " has " + (usable >> 20)
                    + " MiB left (expected: " + (SPACE_BYTES_MIN >> 20) + " MiB or more)");
            if (!waitsForSpace) {
                LOG.error("replica {} waits for space: {}", name, group.health().detail());
            }
            waitsForSpace = true;
            later(SPACE_POLL, this::tryOpen);
            return;
        }
        waitsForSpace = false;
        if (files.isRefilling()) {
            beginRefill();
            return;
        }
        openWith(spec.config().initialMembers());
        group.setHealth(ReplicaHealth.RUNNING);
    }

    private void openWith(List<Member> initialMembers) throws IOException {
        JRaftGroup[] opened = new JRaftGroup[1];
        opened[0] = opener.open(initialMembers, (what, cause) -> soon(() -> failed(opened[0], what, cause)));
        open = opened[0];
        openedNanos = nanoTime.getAsLong();
        group.use(opened[0]);
        files.remember(opened[0].members());
    }

    private void tryOpen() {
        try {
            open();
            if (open != null && group.health().state() == State.RUNNING) {
                LOG.info("replica {} is open again", name);
            }
        } catch (DamagedStorageException e) {
            damaged(e);
        } catch (IOException | RuntimeException e) {
            retry(e.getMessage() == null ? e.toString() : e.getMessage(), Duration.ZERO, e);
        }
    }

    /** An open replica takes no part any more. */
    private void failed(@Nullable JRaftGroup which, String what, @Nullable Throwable cause) {
        if (which == null || which != open) {
            return;
        }
        Duration ran = Duration.ofNanos(nanoTime.getAsLong() - openedNanos);
        closeOpen();
        DamagedStorageException damage = DamagedStorageException.in(cause);
        if (damage != null) {
            damaged(damage);
            return;
        }
        retry(rootMessage(what, cause), ran, cause);
    }

    private void retry(String what, Duration ran, @Nullable Throwable cause) {
        halted(what);
        reopen.failed(ran)
                .ifPresentOrElse(
                        delay -> {
                            LOG.error("replica {} is opened again in {} s: {}", name, delay.toSeconds(), what, cause);
                            later(delay, this::tryOpen);
                        },
                        () -> fatal("replica " + name + " cannot be opened: " + what));
    }

    private void damaged(DamagedStorageException damage) {
        try {
            refill(damage).ifPresent(this::fatal);
        } catch (IOException | RuntimeException e) {
            retry("setting aside what is damaged failed: " + e.getMessage(), Duration.ZERO, e);
        }
    }

    /** Begins to get everything from the other members; what to tell the operator where they cannot give it. */
    private Optional<String> refill(DamagedStorageException damage) throws IOException {
        closeOpen();
        List<Member> known = files.members();
        List<Member> members = known.isEmpty() ? spec.config().initialMembers() : known;
        if (!RefillPolicy.othersSuffice(spec.config().raftAddress(), members)) {
            halted(damage.getMessage());
            return Optional.of(damage.getMessage() + "; " + advice(damage, members));
        }
        files.beginRefill();
        List<Path> moved =
                files.setAside(damage.isIn(ReplicaFiles.vote(spec.config().directory())));
        LOG.error("replica {}: {}; set aside as {}, and filled again by the others", name, damage.getMessage(), moved);
        beginRefill();
        return Optional.empty();
    }

    private String advice(DamagedStorageException damage, List<Member> members) {
        String others = members.size() > 1 ? "the other voters are no majority" : "no other member has it";
        return damage.isIn(spec.state())
                ? others + ": move " + spec.state()
                        + " away and start again, which builds it from the last snapshot and the log"
                : others + ": restore " + spec.config().directory() + " and " + spec.state() + " from a backup";
    }

    private void beginRefill() {
        VoteGate gate = VoteGate.close(spec.config().groupId(), spec.config().raftAddress());
        refilling("waits for a leader that a majority of the others confirms");
        Duration settle = spec.config().electionTimeout().multipliedBy(SETTLE_TIMEOUTS);
        later(settle, () -> askLeader(gate));
    }

    private void askLeader(VoteGate gate) {
        CommitIndexQuery asked = query == null ? new CommitIndexQuery(spec.config()) : query;
        query = asked;
        OptionalLong commit = gate.leader().isEmpty() ? OptionalLong.empty() : asked.ask(gate.leader());
        if (commit.isEmpty()) {
            later(REFILL_POLL, () -> askLeader(gate));
            return;
        }
        endQuery();
        try {
            // Members come with what it is given: until then it belongs to nobody's majority.
            openWith(List.of());
            refilling("is filled by " + gate.leader() + " up to index " + commit.getAsLong());
            LOG.info("replica {} {}", name, group.health().detail());
            awaitFilled(commit.getAsLong());
        } catch (DamagedStorageException e) {
            damaged(e);
        } catch (IOException | RuntimeException e) {
            retry(e.getMessage() == null ? e.toString() : e.getMessage(), Duration.ZERO, e);
        }
    }

    private void awaitFilled(long commit) {
        JRaftGroup filled = open;
        if (filled == null) {
            return;
        }
        if (filled.appliedIndex() < commit) {
            later(REFILL_POLL, () -> awaitFilled(commit));
            return;
        }
        try {
            files.endRefill();
        } catch (IOException e) {
            LOG.warn("replica {} still counts as one to be filled: {}", name, e.toString());
            later(SPACE_POLL, () -> awaitFilled(commit));
            return;
        }
        VoteGate.open(spec.config().groupId(), spec.config().raftAddress());
        group.setHealth(ReplicaHealth.RUNNING);
        LOG.info("replica {} has been filled again up to index {}", name, commit);
    }

    private void halted(String detail) {
        group.setHealth(new ReplicaHealth(State.HALTED, detail));
    }

    private void refilling(String detail) {
        group.setHealth(new ReplicaHealth(State.REFILLING, detail));
    }

    private void fatal(String line) {
        LOG.error("{}", line);
        spec.fatal().accept(line);
    }

    private void closeOpen() {
        open = null;
        JRaftGroup left = group.leave();
        if (left != null) {
            left.close();
        }
    }

    private void endQuery() {
        if (query != null) {
            query.close();
            query = null;
        }
    }

    private void soon(Runnable task) {
        later(Duration.ZERO, task);
    }

    private void later(Duration delay, Runnable task) {
        try {
            ScheduledFuture<?> unused = thread.schedule(
                    () -> {
                        if (!closed) {
                            attempt(task);
                        }
                    },
                    delay.toNanos(),
                    TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("supervise {}: closed", name);
        }
    }

    private void attempt(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.error("supervise {}", name, e);
            fatal("replica " + name + " cannot be supervised: " + e);
            throw e;
        }
    }

    private void close() {
        if (closed) {
            return;
        }
        closed = true;
        CountDownLatch ended = new CountDownLatch(1);
        thread.execute(() -> {
            try {
                closeOpen();
                endQuery();
                VoteGate.open(spec.config().groupId(), spec.config().raftAddress());
            } finally {
                ended.countDown();
            }
        });
        thread.shutdown();
        try {
            if (!ended.await(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("close {}: not done within {} s", name, CLOSE_TIMEOUT_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        released.run();
    }

    private static String rootMessage(String what, @Nullable Throwable cause) {
        Throwable root = cause;
        while (root != null && root.getCause() != null) {
            root = root.getCause();
        }
        return root == null || root.getMessage() == null || what.contains(root.getMessage())
                ? what
                : what + ": " + root.getMessage();
    }
}
