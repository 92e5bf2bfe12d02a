package io.dbfs.fuse;

/**
 * Which requests of the kernel have been registered. Several threads take requests from the kernel, so one that was taken
 * early may be registered late. Thread-safe; both methods block for a bounded time, usually some microseconds.
 */
public interface RequestOrder {
    /** For a mount whose kernel registers nothing. */
    RequestOrder NONE = new RequestOrder() {
        @Override
        public void awaitEarlier() {
            // Nothing is registered.
        }

        @Override
        public void awaitSent() {
            // Nothing is registered.
        }
    };

    /** Waits until every request that the kernel sent before the one that the caller serves is registered. */
    void awaitEarlier();

    /** Waits until every request that the kernel has sent before this call is registered. */
    void awaitSent();
}
