package io.dbfs.supernode;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a process has opened, closed in the opposite order. Used by one thread at a time. */
final class Resources implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Resources.class);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** Returns what it was given. */
    <R extends AutoCloseable> R add(R resource) {
        opened.push(resource);
        return resource;
    }

    /** Closes everything; what fails to close does not keep the rest open. */
    @Override
    public synchronized void close() {
        while (!opened.isEmpty()) {
            AutoCloseable resource = opened.pop();
            try {
                resource.close();
            } catch (Exception failure) {
                LOG.warn("closing {} failed", resource.getClass().getSimpleName(), failure);
            }
        }
    }
}
