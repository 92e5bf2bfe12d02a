package io.dbfs.common.bulk;

import java.util.concurrent.atomic.AtomicInteger;

/** The memory behind a frame's payload, counted by owners and let go with the last of them. */
final class FrameMemory {
    private final Runnable released;
    private final AtomicInteger owners = new AtomicInteger(1);

    FrameMemory(Runnable released) {
        this.released = released;
    }

    void retain() {
        if (owners.getAndUpdate(count -> count == 0 ? 0 : count + 1) == 0) {
            throw new IllegalStateException("frame memory: released (expected: held by an owner)");
        }
    }

    void release() {
        if (owners.decrementAndGet() == 0) {
            released.run();
        }
    }
}
