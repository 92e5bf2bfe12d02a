package io.dbfs.fuse.kernel;

import io.dbfs.fuse.libfuse.LibFuse;
import io.dbfs.fuse.libfuse.Session;
import java.time.Duration;
import jnr.ffi.Pointer;

/** The connection to the kernel that libfuse opened and our threads serve. */
final class KernelSession implements Session {
    private final LibFuse libfuse;
    private final Pointer channel;
    private final Workers workers;
    private final DeviceKernelCache cache;
    private final Requests requests;

    KernelSession(LibFuse libfuse, Pointer channel, Workers workers, DeviceKernelCache cache, Requests requests) {
        this.libfuse = libfuse;
        this.channel = channel;
        this.workers = workers;
        this.cache = cache;
        this.requests = requests;
    }

    @Override
    public boolean awaitEnd(Duration timeout) throws InterruptedException {
        return workers.awaitEnd(timeout);
    }

    /** Closes the descriptor; libfuse sees by it that the mount is gone already. */
    @Override
    public void dispose() {
        cache.close();
        requests.close();
        libfuse.unmount("", channel);
    }
}
