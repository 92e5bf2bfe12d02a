package io.dbfs.fuse.kernel;

import io.dbfs.common.Errno;
import io.dbfs.fuse.FileSystem;
import io.dbfs.fuse.MountException;
import io.dbfs.fuse.MountOptions;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The beginning and the end of a connection: INIT and DESTROY. */
final class SessionHandlers {
    private static final int MIN_INIT_BYTES_WITH_FLAGS2 = 4;

    private final FileSystem fileSystem;
    private final int maxBackground;
    private final Set<Negotiation.Flag> unwanted;
    private final CompletableFuture<Negotiation> negotiated = new CompletableFuture<>();

    /** For a mount with these options: without the kernel's permission checks there are no ACLs either, and without locks the kernel keeps them. */
    SessionHandlers(MountOptions options, FileSystem fileSystem) {
        this.fileSystem = fileSystem;
        this.maxBackground = options.maxBackground();
        Set<Negotiation.Flag> refused = EnumSet.noneOf(Negotiation.Flag.class);
        if (!options.defaultPermissions()) {
            refused.add(Negotiation.Flag.POSIX_ACL);
        }
        if (!fileSystem.keepsLocks()) {
            refused.add(Negotiation.Flag.POSIX_LOCKS);
            refused.add(Negotiation.Flag.FLOCK_LOCKS);
        }
        this.unwanted = refused;
    }

    void register(Dispatcher dispatcher) {
        dispatcher
                .on(Opcode.INIT, this::init)
                .on(Opcode.DESTROY, (request, reply) -> reply.send())
                .on(Opcode.SYNCFS, this::syncFilesystem)
                .on(Opcode.IOCTL, (request, reply) -> reply.error(Errno.ENOTTY));
    }

    /** Completes with the kernel's first request. */
    CompletableFuture<Negotiation> negotiated() {
        return negotiated;
    }

    /** Whether the kernel has agreed to something; false before it has begun. */
    boolean agreed(Negotiation.Flag flag) {
        Negotiation agreement = agreement();
        return agreement != null && agreement.has(flag);
    }

    /** Whether the kernel can be told to look up every name again; false before it has begun. */
    boolean agreedEpochs() {
        Negotiation agreement = agreement();
        return agreement != null && agreement.epochs();
    }

    private @Nullable Negotiation agreement() {
        return negotiated.isCompletedExceptionally() ? null : negotiated.getNow(null);
    }

    /** Linux 6.18 asks this of mounts on block devices and of virtiofs alone; from others it keeps syncfs(2) to itself. */
    private void syncFilesystem(Request in, Reply reply) {
        fileSystem.sync(in.caller());
        reply.send();
    }

    private void init(Request in, Reply reply) {
        int major = in.u32();
        int minor = in.u32();
        if (major > Negotiation.MAJOR) {
            // The kernel asks again with the version it is told.
            reply.u32(Negotiation.MAJOR).u32(0).send();
            return;
        }
        if (major < Negotiation.MAJOR || minor < Negotiation.OLDEST_MINOR) {
            reply.error(Errno.EINVAL);
            negotiated.completeExceptionally(new MountException("the kernel speaks FUSE " + major + "." + minor
                    + " (expected: 7." + Negotiation.OLDEST_MINOR + " or newer)"));
            return;
        }
        int maxReadahead = in.u32();
        long flags = Integer.toUnsignedLong(in.u32());
        if (in.remaining() >= MIN_INIT_BYTES_WITH_FLAGS2) {
            flags |= Integer.toUnsignedLong(in.u32()) << 32;
        }
        Negotiation agreed = Negotiation.of(minor, flags, maxReadahead, maxBackground, unwanted);
        // First, for the next request may be on its way to another thread before this one goes on.
        negotiated.complete(agreed);
        agreed.put(reply).send();
    }
}
