package io.dbfs.daemon.client;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.rpc.NotLeaderRefusal;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.common.wire.WireChannel;
import io.dbfs.proto.DescribeReply;
import io.dbfs.proto.DescribeRequest;
import io.dbfs.proto.Refusal;
import io.dbfs.proto.WireGrpc;
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

    /** Probes are sent up to this share later. */
    private static final double JITTER = 0.2;
    /** How long a server may take for a sign of life. */
    private static final long PROBE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

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
        boolean patient = false;
        for (int attempt = 0; ; attempt++) {
            String leader = leaders.locate(deadlineNanos);
            String trouble;
            if (leader.isEmpty()) {
                trouble = "no leader";
            } else {
                try {
                    A answer = attempt(method, request, leader, deadlineNanos, patient);
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
                    if (!patient && isSlow(leader, failure)) {
                        patient = true;
                        continue;
                    }
                    if (failure.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED) {
                        leaders.silent(leader);
                    } else {
                        leaders.failed(leader);
                    }
                    trouble = brief(failure.getStatus()) + " at " + leader;
                }
            }
            waitBefore(attempt, method.getFullMethodName(), trouble, deadlineNanos);
        }
    }

    private <Q, A> A attempt(
            MethodDescriptor<Q, A> method, Q request, String leader, long deadlineNanos, boolean patient) {
        long left = deadlineNanos - waits.nanoTime().getAsLong();
        // Callers that wait for one server do not all probe it at one moment.
        long probeAfter = (long)
                (policy.probeAfter().toNanos() * (1 + JITTER * waits.random().nextDouble()));
        long limit = patient ? policy.attemptTimeout().toNanos() : probeAfter;
        long timeout = Math.max(1, Math.min(left, limit));
        // The wire's calls are over when they are begun; gRPC's own, which tests use, end with the future's wait.
        CallOptions options = CallOptions.DEFAULT.withOption(WireChannel.TIMEOUT_NANOS, timeout);
        Future<A> answer = ClientCalls.futureUnaryCall(channels.apply(leader).newCall(method, options), request);
        try {
            return answer.get(timeout, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw Status.DEADLINE_EXCEEDED.withDescription("no answer").asRuntimeException();
        } catch (InterruptedException e) {
            answer.cancel(true);
            throw interrupted(method.getFullMethodName());
        } catch (ExecutionException e) {
            throw Status.fromThrowable(e).asRuntimeException();
        }
    }

    /**
     * Whether the server was late and gives a sign of life: then it is slow, and is given more time. One that is stopped, or
     * whose host is gone, gives none. The question takes neither disk nor majority; any answer will do.
     */
    private boolean isSlow(String server, StatusRuntimeException failure) {
        if (failure.getStatus().getCode() != Status.Code.DEADLINE_EXCEEDED) {
            return false;
        }
        CallOptions options = CallOptions.DEFAULT.withOption(WireChannel.TIMEOUT_NANOS, PROBE_NANOS);
        Future<DescribeReply> sign = ClientCalls.futureUnaryCall(
                channels.apply(server).newCall(WireGrpc.getDescribeMethod(), options),
                DescribeRequest.getDefaultInstance());
        try {
            sign.get(PROBE_NANOS, TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            sign.cancel(true);
            return false;
        } catch (ExecutionException e) {
            Status.Code code = Status.fromThrowable(e).getCode();
            return code != Status.Code.UNAVAILABLE && code != Status.Code.DEADLINE_EXCEEDED;
        } catch (InterruptedException e) {
            sign.cancel(true);
            throw interrupted("probe of " + server);
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
