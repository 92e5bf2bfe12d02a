package io.dbfs.fuse.kernel;

import io.dbfs.fuse.FileSystem;
import io.dbfs.fuse.KernelCache;
import io.dbfs.fuse.Mount;
import io.dbfs.fuse.MountException;
import io.dbfs.fuse.MountOptions;
import io.dbfs.fuse.Privileges;
import io.dbfs.fuse.libfuse.Arguments;
import io.dbfs.fuse.libfuse.LibC;
import io.dbfs.fuse.libfuse.LibFuse;
import io.dbfs.fuse.libfuse.SessionMount;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Mounts by the kernel's own protocol. */
public final class KernelMounter {
    private static final Logger log = LoggerFactory.getLogger(KernelMounter.class);
    private static final int MAX_THREADS = 64;
    private static final long INIT_TIMEOUT_SECONDS = 10;

    private KernelMounter() {}

    /**
     * Mounts on a directory that is fit for it, given by its real path.
     *
     * @throws MountException when libfuse refuses (it says why on stderr), or when the kernel is too old
     */
    public static Mount mount(FileSystem fileSystem, Path directory, MountOptions options) {
        LibFuse libfuse = LibFuse.instance();
        Pointer channel = connect(libfuse, directory, options);
        int descriptor = libfuse.chanFd(channel);
        Device device = new Device(descriptor);
        TakenRequests taken = new TakenRequests(new ProcThreadStates(), descriptor, System::nanoTime);
        SessionHandlers beginning = new SessionHandlers(options, fileSystem);
        DeviceKernelCache cache = new DeviceKernelCache(device, beginning::agreed, beginning::agreedEpochs);
        fileSystem.attach(cache);
        fileSystem.attach(taken);
        Requests requests = new Requests(
                device, new ProcSignals(), Executors.newSingleThreadScheduledExecutor(KernelMounter::timerThread));
        Workers workers =
                new Workers(device, taken, dispatcher(fileSystem, cache, options, beginning, requests), MAX_THREADS);
        Mount mount = new SessionMount(directory, new KernelSession(libfuse, channel, workers, cache, requests));
        workers.start();
        try {
            Negotiation agreed = beginning.negotiated().get(INIT_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            if (LibC.isRoot()) {
                ReadAhead.raise(directory);
            }
            log.info("mount {}: FUSE 7.{}, flags {}", directory, agreed.minor(), Long.toHexString(agreed.flags()));
            return mount;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            mount.close();
            throw new MountException("interrupted while mounting " + directory, e);
        } catch (ExecutionException | TimeoutException e) {
            mount.close();
            throw new MountException(
                    "the kernel does not begin with the mount " + directory + ": " + e.getMessage(), e);
        }
    }

    private static Pointer connect(LibFuse libfuse, Path directory, MountOptions options) {
        String words = String.join(",", options.forLibfuse(LibC.isRoot()));
        Pointer channel = Arguments.of(Runtime.getSystemRuntime(), List.of("dbfs", "-o", words))
                .lendTo(arguments -> libfuse.mount(directory.toString(), arguments.fuseArgs()));
        if (channel == null || channel.address() == 0) {
            throw new MountException("libfuse refused to mount " + directory + " with " + words);
        }
        return channel;
    }

    private static Thread timerThread(Runnable task) {
        Thread thread = new Thread(task, "fuse-interrupts");
        thread.setDaemon(true);
        return thread;
    }

    private static Dispatcher dispatcher(
            FileSystem fileSystem,
            KernelCache cache,
            MountOptions options,
            SessionHandlers beginning,
            Requests requests) {
        AttributesWire wire = new AttributesWire(options.attributesValidNanos(), options.entryValidNanos());
        Privileges privileges = new Privileges(fileSystem);
        Dispatcher dispatcher = new Dispatcher(requests);
        beginning.register(dispatcher);
        new NameHandlers(fileSystem, wire).register(dispatcher);
        new AttributeHandlers(fileSystem, wire, privileges).register(dispatcher);
        new FileHandlers(fileSystem, wire, privileges, cache).register(dispatcher);
        new DirectoryHandlers(fileSystem, wire).register(dispatcher);
        new XattrHandlers(fileSystem, privileges, beginning).register(dispatcher);
        if (fileSystem.keepsLocks()) {
            new LockHandlers(fileSystem).register(dispatcher);
        }
        return dispatcher;
    }
}
