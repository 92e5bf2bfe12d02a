package io.dbfs.fuse.libfuse;

import io.dbfs.fuse.Mount;
import io.dbfs.fuse.MountException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mount and the session behind it. The session goes on serving while the mount is taken away: what the kernel still
 * has to write back arrives then.
 */
public final class SessionMount implements Mount {
    private static final Logger log = LoggerFactory.getLogger(SessionMount.class);
    private static final Duration FOREVER = Duration.ofDays(10_000);
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(100);
    private static final int ATTEMPTS = 10;
    private static final Duration END_TIMEOUT = Duration.ofSeconds(40);

    private final Path directory;
    private final Session session;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final AtomicBoolean disposed = new AtomicBoolean();

    public SessionMount(Path directory, Session session) {
        this.directory = directory;
        this.session = session;
    }

    @Override
    public void awaitUnmounted() {
        awaitEnd(FOREVER);
    }

    @Override
    public void close() {
        if (closing.compareAndSet(false, true)) {
            unmount();
        }
        if (!awaitEnd(END_TIMEOUT)) {
            log.warn("unmount {}: requests still under way after {} s", directory, END_TIMEOUT.toSeconds());
        }
    }

    private void unmount() {
        Unmounter unmounter = Unmounter.of(directory);
        try {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                if (awaitEnd(attempt == 0 ? Duration.ZERO : BETWEEN_ATTEMPTS) || unmounter.tryUnmount()) {
                    return;
                }
            }
            log.info("unmount {}: still in use, taken away from its users", directory);
            unmounter.force();
        } catch (MountException e) {
            log.warn("unmount {}: {}", directory, e.getMessage());
        }
    }

    private boolean awaitEnd(Duration timeout) {
        try {
            boolean ended = session.awaitEnd(timeout);
            if (ended && disposed.compareAndSet(false, true)) {
                session.dispose();
            }
            return ended;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
