package io.dbfs.fuse.jnr;

import io.dbfs.fuse.HandleId;
import io.dbfs.fuse.libfuse.LibFuse;
import io.dbfs.fuse.libfuse.Session;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import jnr.ffi.annotations.Delegate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ru.serce.jnrfuse.struct.FuseOperations;

/**
 * A libfuse session whose loop runs on our own threads: on libfuse's threads each callback would attach to the JVM and
 * detach again, which costs more than the call.
 */
final class JnrSession implements Session {
    private static final Logger log = LoggerFactory.getLogger(JnrSession.class);

    /** Places in {@code struct fuse_operations}, in pointers. */
    private static final int FSYNCDIR_INDEX = 28;

    private static final int FLAGS_INDEX = 38;

    /** flag_nullpath_ok, flag_nopath, flag_utime_omit_ok; jnr-fuse has them as padding that cannot be set. */
    private static final byte FLAGS = 7;

    private static final int EINTR = 4;
    private static final int EAGAIN = 11;

    private final LibFuse libfuse;
    private final Runtime runtime = Runtime.getSystemRuntime();
    private final PathOperations operations;
    /** Kept from the garbage collector, which does not see libfuse's pointer to it. */
    private final SyncDirectory syncDirectory;

    private final Pointer fuse;
    private final Pointer channel;
    private final CountDownLatch running;

    JnrSession(LibFuse libfuse, PathOperations operations, Setup setup, int threads) {
        this.libfuse = libfuse;
        this.operations = operations;
        this.syncDirectory = (path, dataOnly, info) ->
                operations.syncDirectory(new HandleId(info.getLong(HANDLE_OFFSET)), dataOnly != 0);
        completeStruct();
        this.fuse = setup.run(operations.struct());
        this.channel = libfuse.sessionNextChan(libfuse.getSession(fuse), Pointer.wrap(runtime, 0));
        this.running = new CountDownLatch(threads);
        for (int i = 1; i <= threads; i++) {
            Thread thread = new Thread(this::serve, "fuse-jnr-" + i);
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Where {@code fuse_file_info.fh} is. */
    private static final int HANDLE_OFFSET = 24;

    private void completeStruct() {
        Pointer struct = Struct.getMemory(operations.struct());
        struct.putByte((long) FLAGS_INDEX * runtime.addressSize(), FLAGS);
        struct.putPointer(
                (long) FSYNCDIR_INDEX * runtime.addressSize(),
                runtime.getClosureManager().getClosurePointer(SyncDirectory.class, syncDirectory));
    }

    private void serve() {
        try {
            long session = libfuse.getSession(fuse).address();
            long size = libfuse.chanBufsize(channel);
            Pointer buffer = Memory.allocateDirect(runtime, Math.toIntExact(size));
            Pointer channelCell = Memory.allocateDirect(runtime, runtime.addressSize());
            try {
                boolean open = true;
                while (open) {
                    channelCell.putPointer(0, channel);
                    int length = libfuse.chanRecv(channelCell.address(), buffer.address(), size);
                    if (length > 0) {
                        libfuse.sessionProcess(session, buffer.address(), length, channel.address());
                    } else {
                        open = length == -EINTR || length == -EAGAIN;
                    }
                }
            } finally {
                // libfuse is given addresses alone, which keep nothing from being freed.
                Reference.reachabilityFence(buffer);
                Reference.reachabilityFence(channelCell);
            }
        } catch (RuntimeException | Error fault) {
            log.error("serve: a thread of the mount ended by a fault", fault);
        } finally {
            running.countDown();
        }
    }

    @Override
    public boolean awaitEnd(Duration timeout) throws InterruptedException {
        return running.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void dispose() {
        libfuse.unmount("", channel);
        libfuse.destroy(fuse);
    }

    /** fuse_setup with everything but the operations. */
    interface Setup {
        Pointer run(FuseOperations operations);
    }

    /** fsyncdir as C declares it. */
    public interface SyncDirectory {
        @Delegate
        int call(Pointer path, int dataOnly, Pointer info);
    }
}
