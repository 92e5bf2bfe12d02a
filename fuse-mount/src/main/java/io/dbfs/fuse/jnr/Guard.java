package io.dbfs.fuse.jnr;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The border that no exception crosses: one that left a callback would be taken for success, or end the thread that
 * serves the mount.
 */
final class Guard {
    private static final Logger log = LoggerFactory.getLogger(Guard.class);

    private Guard() {}

    /** What the operation answers: its result, or a negated errno. */
    static int run(String operation, Object subject, Operation body) {
        try {
            return body.run();
        } catch (FsException expected) {
            return -expected.errno().code();
        } catch (Throwable fault) {
            log.error("{} {}: fault of the program, answered with EIO", operation, subject, fault);
            return -Errno.EIO.code();
        }
    }

    /** The body of a callback; its result is 0 or more. */
    @FunctionalInterface
    interface Operation {
        int run();
    }
}
