package io.dbfs.daemon.client;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.rpc.NotLeaderRefusal;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.common.wire.WireChannel;
import io.dbfs.proto.Refusal;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls to the leader of one group. A server that does not lead, does not answer or says EAGAIN is not the end: the
 * leader is found anew and the same request sent again, until the deadline. Thread-safe; blocks the caller.
 */
final class GroupCalls {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCalls.class);
    /** Hints followed at once; after these even a hint waits, so that two confused servers make no storm. */
    private static final int EAGER_HINTS_MAX = 2;

    /** Attempts take up to this share longer. */
    private static final double JITTER = 0.2;

    private final String group;
    private final LeaderLocator leaders;
    private final Function<String, Channel> channels;
    private final RetryPolicy policy;
    private final Waits waits;

    /** Time and chance, as retries need them. */
    record Waits(LongSupplier nanoTime, Pause pause, RandomGenerator random) {}

    GroupCalls(
            String group, LeaderLocator leaders, Function<String, Channel> channels, RetryPolicy policy, Waits waits) {
        this.group = group;
        this.leaders = leaders;
        this.channels = channels;
        this.policy = policy;
        this.waits = waits;
    }

    /** When an operation that begins now has to be over, by this group's clock. */
    long deadlineNanos() {
        return deadlineNanos(policy.operationTimeout());
    }

    /** The same for one that may take this long. */
    long deadlineNanos(Duration patience) {
        return waits.nanoTime().getAsLong() + patience.toNanos();
    }

    /** Where the group's leader is believed to be, for what is no call; empty while nobody is known to lead. */
    String leader(long deadlineNanos) {
        return leaders.locate(deadlineNanos);
    }

    /** The connection to a process of the group. */
    Channel channel(String leader) {
        return channels.apply(leader);
    }

    /** The process at {@code asked} does not lead, or does not answer; it names {@code hint}, which may be empty. */
    void follow(String asked, String hint) {
        leaders.follow(asked, hint);
    }

    <Q, A> A call(MethodDescriptor<Q, A> method, Q request, Function<A, Refusal> refusalOf) {
        return call(method, request, refusalOf, deadlineNanos());
    }

    /**
     * The answer to {@code request}, which is not a refusal.
     *
     * @throws FsException the errno of a refusal; ETIMEDOUT when the deadline is over; EIO when the servers do not
     *     understand the request
     */
    <Q, A> A call(MethodDescriptor<Q, A> method, Q request, Function<A, Refusal> refusalOf, long deadlineNanos) {
        int hints = 0;
        int silences = 0;
        for (int attempt = 0; ; attempt++) {
            String leader = leaders.locate(deadlineNanos);
            String trouble;
            if (leader.isEmpty()) {
                trouble = "no leader";
            } else {
                try {
                    A answer = attempt(method, request, leader, deadlineNanos, silences);
                    Refusals.check(refusalOf.apply(answer));
                    return answer;
                } catch (NotLeaderRefusal refusal) {
                    leaders.follow(leader, refusal.leader());
                    trouble = refusal.getMessage() + " at " + leader;
                    if (!refusal.leader().isEmpty() && hints++ < EAGER_HINTS_MAX) {
                        continue;
                    }
                } catch (FsException refusal) {
                    if (refusal.errno() != Errno.EAGAIN) {
                        throw refusal;
                    }
                    trouble = refusal.getMessage() + " at " + leader;
                } catch (StatusRuntimeException failure) {
                    giveUpIfHopeless(method, leader, failure);
                    leaders.failed(leader);
                    silences++;
                    trouble = brief(failure.getStatus()) + " at " + leader;
                }
            }
            waitBefore(attempt, method.getFullMethodName(), trouble, deadlineNanos);
        }
    }

    private <Q, A> A attempt(MethodDescriptor<Q, A> method, Q request, String leader, long deadlineNanos, int silences) {
        long left = deadlineNanos - waits.nanoTime().getAsLong();
        // Callers that wait for one server do not all turn to the next at one moment.
        double jitter = 1 + JITTER * waits.random().nextDouble();
        long timeout = Math.max(1, Math.min(left, (long) (policy.attemptNanos(silences) * jitter)));
        // The wire's calls are over when they are begun; gRPC's own, which tests use, end with the future's wait.
        CallOptions options = CallOptions.DEFAULT.withOption(WireChannel.TIMEOUT_NANOS, timeout);
        Future<A> answer = ClientCalls.futureUnaryCall(channels.apply(leader).newCall(method, options), request);
        try {
            return answer.get(timeout, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw Status.DEADLINE_EXCEEDED
                    .withDescription("no answer in " + TimeUnit.NANOSECONDS.toMillis(timeout) + " ms")
                    .asRuntimeException();
        } catch (InterruptedException e) {
            answer.cancel(true);
            throw interrupted(method.getFullMethodName());
        } catch (ExecutionException e) {
            throw Status.fromThrowable(e).asRuntimeException();
        }
    }

    private void giveUpIfHopeless(MethodDescriptor<?, ?> method, String leader, StatusRuntimeException failure) {
        switch (failure.getStatus().getCode()) {
            case INVALID_ARGUMENT, PERMISSION_DENIED, UNAUTHENTICATED, RESOURCE_EXHAUSTED -> {
                LOG.warn(
                        "{} to {} of {} failed: {}",
                        method.getFullMethodName(),
                        leader,
                        group,
                        brief(failure.getStatus()));
                throw new FsException(Errno.EIO, group + ": " + brief(failure.getStatus()), failure);
            }
            default -> {
                // Everything else may be the server's death, and another may answer.
            }
        }
    }

    /** On one line, without the stack that a status may carry as its cause. */
    private static String brief(Status status) {
        String description = status.getDescription();
        Throwable cause = status.getCause();
        String detail = cause == null ? description : cause.getMessage();
        return status.getCode()
                + (detail == null ? "" : " " + detail.lines().findFirst().orElse(""));
    }

    private void waitBefore(int attempt, String method, String trouble, long deadlineNanos) {
        long left = deadlineNanos - waits.nanoTime().getAsLong();
        long pause = (long) (policy.backoffNanos(attempt) * waits.random().nextDouble());
        if (left <= pause) {
            LOG.info("{} to {} timed out after {} attempts; last: {}", method, group, attempt + 1, trouble);
            throw new FsException(Errno.ETIMEDOUT, method + " to " + group + ": " + trouble);
        }
        try {
            waits.pause().nanos(pause);
        } catch (InterruptedException e) {
            throw interrupted(method);
        }
    }

    /** The group, for log lines. */
    @Override
    public String toString() {
        return group;
    }

    private FsException interrupted(String method) {
        Thread.currentThread().interrupt();
        return new FsException(Errno.EINTR, method + " to " + group + " was interrupted");
    }
}
