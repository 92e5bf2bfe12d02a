package io.dbfs.common.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tells a host that is gone from a process that is slow. Where an exchange has waited for long, its peer's port is asked for a
 * connection: the kernel of a host that is there accepts or refuses it at once, whatever its disks and processes do; a host
 * without power or network does neither. Without this, both are told apart by time-outs alone, which a slow disk makes long.
 * Thread-safe.
 */
final class SilentHosts {
    private static final Duration ASK_AFTER = Duration.ofSeconds(1);
    /** Two attempts: the kernel asks again after a second. */
    private static final int ANSWER_MILLIS = 2_000;

    private static final int HOSTS_ASKED_MAX = 16;
    private static final int KNOWN_MAX = 1_000;

    private final long askAfterNanos;
    private final int answerMillis;
    private final Executor threads;
    private final Map<InetSocketAddress, Question> questions = new HashMap<>();

    private enum Answer {
        AWAITED,
        GIVEN,
        NONE
    }

    private record Question(long atNanos, Answer answer) {}

    SilentHosts() {
        this(ASK_AFTER, ANSWER_MILLIS, askers());
    }

    /**
     * @param askAfter how long an exchange has waited when its peer's host is asked, and how long until it is asked again
     * @param answerMillis how long the host may take to answer
     */
    SilentHosts(Duration askAfter, int answerMillis, Executor threads) {
        this.askAfterNanos = askAfter.toNanos();
        this.answerMillis = answerMillis;
        this.threads = threads;
    }

    private static Executor askers() {
        AtomicInteger number = new AtomicInteger();
        // When all are busy, who wants to ask does so at the next look, a fifth of a second later.
        return new ThreadPoolExecutor(
                0,
                HOSTS_ASKED_MAX,
                1,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> {
                    Thread thread = new Thread(task, "wire-ask-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                },
                (task, pool) -> ((Asking) task).drop());
    }

    /** Whether the host has not answered a question asked since an exchange with it has waited for long. Does not block. */
    synchronized boolean isSilent(InetSocketAddress peer, long waitingSinceNanos, long nowNanos) {
        long askFrom = waitingSinceNanos + askAfterNanos;
        if (nowNanos - askFrom < 0) {
            return false;
        }
        Question last = questions.get(peer);
        if (last == null) {
            ask(peer, nowNanos);
            return false;
        }
        return switch (last.answer()) {
            case AWAITED -> false;
            case GIVEN -> {
                if (nowNanos - last.atNanos() >= askAfterNanos) {
                    ask(peer, nowNanos);
                }
                yield false;
            }
            case NONE -> {
                boolean silent = last.atNanos() - askFrom >= 0;
                if (!silent) {
                    ask(peer, nowNanos);
                }
                yield silent;
            }
        };
    }

    private void ask(InetSocketAddress peer, long nowNanos) {
        if (questions.size() >= KNOWN_MAX) {
            questions.values().removeIf(question -> question.answer() != Answer.AWAITED);
        }
        questions.put(peer, new Question(nowNanos, Answer.AWAITED));
        boolean asked = false;
        try {
            threads.execute(new Asking(peer, nowNanos));
            asked = true;
        } finally {
            if (!asked) {
                // No thread could be had. An answer that never comes must not be awaited.
                questions.remove(peer);
            }
        }
    }

    private final class Asking implements Runnable {
        private final InetSocketAddress peer;
        private final long atNanos;

        Asking(InetSocketAddress peer, long atNanos) {
            this.peer = peer;
            this.atNanos = atNanos;
        }

        @Override
        public void run() {
            boolean answered = true;
            try {
                answered = answers();
            } finally {
                synchronized (SilentHosts.this) {
                    questions.put(peer, new Question(atNanos, answered ? Answer.GIVEN : Answer.NONE));
                }
            }
            if (!answered) {
                WireWatch.LOG.warn("{} is silent: it did not answer within {} ms", peer, answerMillis);
            }
        }

        private boolean answers() {
            try (Socket socket = new Socket()) {
                socket.connect(peer, answerMillis);
                return true;
            } catch (SocketTimeoutException | NoRouteToHostException e) {
                return false;
            } catch (IOException e) {
                // Refused, which is an answer; or this process cannot ask, which says nothing of the host.
                WireWatch.LOG.debug("question to {}: {}", peer, e.toString());
                return true;
            }
        }

        void drop() {
            synchronized (SilentHosts.this) {
                questions.remove(peer);
            }
        }
    }
}
