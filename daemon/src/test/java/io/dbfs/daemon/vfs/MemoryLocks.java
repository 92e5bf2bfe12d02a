package io.dbfs.daemon.vfs;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.daemon.client.LocksClient;
import io.dbfs.proto.GrantedTicket;
import io.dbfs.proto.KeepLocksReply;
import io.dbfs.proto.KeepLocksRequest;
import io.dbfs.proto.LockReply;
import io.dbfs.proto.LockRequest;
import io.dbfs.proto.LockResult;
import io.dbfs.proto.SettledRequest;
import io.dbfs.proto.TestLockReply;
import io.dbfs.proto.TestLockRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A cluster's exclusive locks of whole files, in memory and for one mount. What was granted is told when the test says so:
 * until then a question for news stays open. Thread-safe.
 */
final class MemoryLocks implements LocksClient {
    private static final int LEASE_MILLIS = 30_000;

    private final Map<Place, Long> held = new HashMap<>();
    private final List<Waiting> queue = new ArrayList<>();
    private long lastTicket;
    private boolean asked;
    private boolean answers;

    /** A file, for flock or for fcntl. */
    record Place(long inode, boolean flock) {}

    private record Waiting(long ticket, Place place, long owner) {}

    /** Who has locked a file; 0 for nobody. */
    synchronized long holder(Place place) {
        return held.getOrDefault(place, 0L);
    }

    synchronized boolean isEmpty() {
        return held.isEmpty() && queue.isEmpty();
    }

    @Override
    public synchronized LockReply execute(LockRequest request) {
        LockReply.Builder reply = LockReply.newBuilder().setLease(1).setLeaseMillis(LEASE_MILLIS);
        long owner = 0;
        switch (request.getRequestCase()) {
            case ACQUIRE -> {
                Place place = new Place(
                        request.getAcquire().getInode(),
                        request.getAcquire().getRange().getFlock());
                owner = request.getAcquire().getOwner();
                reply.setResult(acquire(place, owner, request.getAcquire().getWait()));
                reply.setTicket(reply.getResult() == LockResult.WAITING ? lastTicket : 0);
            }
            case RELEASE -> {
                owner = request.getRelease().getOwner();
                held.remove(
                        new Place(
                                request.getRelease().getInode(),
                                request.getRelease().getFlock()),
                        owner);
            }
            case RELEASE_OWNER -> {
                owner = request.getReleaseOwner().getOwner();
                release(
                        request.getReleaseOwner().getInode(),
                        owner,
                        request.getReleaseOwner().getWaitsToo());
            }
            case CANCEL_WAIT -> {
                long ticket = request.getCancelWait().getTicket();
                boolean waited = queue.removeIf(waiting -> waiting.ticket() == ticket);
                reply.setResult(waited ? LockResult.DONE : LockResult.GRANTED_BEFORE);
            }
            case DROP_HOLDER, REQUEST_NOT_SET -> {
                held.clear();
                queue.clear();
            }
        }
        grant();
        return reply.setOwnerHolds(held.containsValue(owner)).build();
    }

    private LockResult acquire(Place place, long owner, boolean waits) {
        Long other = held.get(place);
        if (other == null || other == owner) {
            held.put(place, owner);
            return LockResult.DONE;
        }
        if (!waits) {
            return LockResult.BUSY;
        }
        queue.add(new Waiting(++lastTicket, place, owner));
        return LockResult.WAITING;
    }

    private void release(long inode, long owner, boolean waitsToo) {
        held.entrySet().removeIf(lock -> lock.getKey().inode() == inode && lock.getValue() == owner);
        if (waitsToo) {
            queue.removeIf(waiting -> waiting.place().inode() == inode && waiting.owner() == owner);
        }
    }

    private void grant() {
        for (Waiting waiting : List.copyOf(queue)) {
            if (held.putIfAbsent(waiting.place(), waiting.owner()) == null) {
                queue.remove(waiting);
            }
        }
    }

    @Override
    public TestLockReply test(TestLockRequest request) {
        throw new UnsupportedOperationException("F_GETLK");
    }

    @Override
    public void settled(SettledRequest request) {
        throw new UnsupportedOperationException("there is no other mount");
    }

    @Override
    public synchronized KeepLocksReply keep(KeepLocksRequest request, Duration patience) {
        asked = true;
        notifyAll();
        try {
            while (!answers) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FsException(Errno.EINTR, "the mount ends", e);
        } finally {
            asked = false;
        }
        answers = false;
        KeepLocksReply.Builder reply = KeepLocksReply.newBuilder();
        request.getWaitingList().stream()
                .filter(waiting -> queue.stream().noneMatch(other -> other.ticket() == waiting.getTicket()))
                .forEach(granted -> reply.addGranted(GrantedTicket.newBuilder().setTicket(granted.getTicket())));
        return reply.build();
    }

    /** Whether a question for news is open. */
    synchronized boolean isAsked() {
        return asked && !answers;
    }

    /** Answers the question for news that is open. */
    synchronized void answer() {
        answers = true;
        notifyAll();
    }
}
