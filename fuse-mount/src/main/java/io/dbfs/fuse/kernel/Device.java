package io.dbfs.fuse.kernel;

import io.dbfs.common.Errno;
import io.dbfs.fuse.libfuse.LibC;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The descriptor of {@code /dev/fuse} that belongs to one mount. Safe for use by many threads. */
final class Device implements Outlet {
    private static final Logger log = LoggerFactory.getLogger(Device.class);

    /** What {@link #receive} gives when the mount is gone. */
    static final int UNMOUNTED = -1;

    private final int descriptor;

    Device(int descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Waits for a request.
     *
     * @return its length, or {@link #UNMOUNTED}
     */
    int receive(long address, int capacity) {
        while (true) {
            long length = LibC.read(descriptor, address, capacity);
            if (length > 0) {
                return (int) length;
            }
            if (length == 0 || length == -Errno.ENODEV.code()) {
                return UNMOUNTED;
            }
            if (!isPassing((int) -length)) {
                log.error("receive: reading requests failed with errno {}", -length);
                return UNMOUNTED;
            }
        }
    }

    /** ENOENT: the request was interrupted before it was read. */
    private static boolean isPassing(int errno) {
        return errno == Errno.EINTR.code() || errno == Errno.EAGAIN.code() || errno == Errno.ENOENT.code();
    }

    @Override
    public boolean send(long address, int length) {
        long sent;
        do {
            sent = LibC.write(descriptor, address, length);
        } while (sent == -Errno.EINTR.code());
        if (sent < 0 && sent != -Errno.ENOENT.code() && sent != -Errno.ENODEV.code()) {
            log.error("send: the kernel refused {} bytes with errno {}", length, -sent);
        }
        return sent == length;
    }
}
