package io.dbfs.fuse.kernel;

import java.util.EnumSet;
import java.util.Set;

/**
 * What kernel and adapter agree on when a mount begins ({@code fuse_init_in}, {@code fuse_init_out}).
 *
 * @param minor the newest version that both speak, 7.minor
 * @param flags what both can do, as 64 bits
 * @param epochs whether the kernel can be told to look up every name again
 */
record Negotiation(int minor, long flags, boolean epochs, int maxReadaheadBytes, int maxBackground) {
    static final int MAJOR = 7;

    /** The oldest kernel that is served: Linux 5.4. */
    static final int OLDEST_MINOR = 31;

    /** The newest version whose structs this adapter was written against. */
    private static final int NEWEST_MINOR = 39;

    /** The oldest version with FUSE_NOTIFY_INC_EPOCH. */
    private static final int EPOCHS_MINOR = 44;

    private static final int PERCENT_CONGESTED = 75;

    /** From here on the kernel reads ahead less. Not a share of {@code maxBackground}, which has to have room for RELEASE. */
    private static final int CONGESTED_MAX = 48;

    private static final int OUT_UNUSED_BYTES = 28;

    /** The flags of INIT that this adapter knows how to live with; the number is the bit. */
    enum Flag {
        /** Several reads of a file at once. */
        ASYNC_READ(0),
        /** We keep fcntl's locks ... */
        POSIX_LOCKS(1),
        /** O_TRUNC comes with open. */
        ATOMIC_O_TRUNC(3),
        /** Writes of more than a page. */
        BIG_WRITES(5),
        /** The umask is ours to apply, for a default ACL takes its place. */
        DONT_MASK(6),
        /** ... and those of flock. */
        FLOCK_LOCKS(10),
        /** Pages are dropped when size or mtime changed. */
        AUTO_INVAL_DATA(12),
        /** Attributes come with listings ... */
        DO_READDIRPLUS(13),
        /** ... when the program seems to use them. */
        READDIRPLUS_AUTO(14),
        /** Several direct reads and writes of a file at once. */
        ASYNC_DIO(15),
        /** Lookups and listings of one directory at once. */
        PARALLEL_DIROPS(18),
        /** The kernel asks for ACLs and checks by them; implies default_permissions. */
        POSIX_ACL(20),
        /** Requests of more than 32 pages. */
        MAX_PAGES(22),
        /** The kernel keeps the targets of symlinks, which never change. */
        CACHE_SYMLINKS(23),
        /** We clear set-user-id and set-group-id; without it the kernel asks for an xattr before every write. */
        HANDLE_KILLPRIV_V2(28),
        /** setxattr says when an ACL takes set-group-id away. */
        SETXATTR_EXT(29),
        /** There are flags beyond 32 bits. */
        INIT_EXT(30),
        /** Names can be told to be asked for again, and stay where they are. */
        HAS_EXPIRE_ONLY(35),
        /** Files open for direct I/O can be mapped. */
        DIRECT_IO_ALLOW_MMAP(36);

        private final long bit;

        Flag(int number) {
            this.bit = 1L << number;
        }
    }

    /** Agrees with a kernel that offers these, on everything known but what is not wanted. */
    static Negotiation of(int kernelMinor, long offered, int maxReadaheadBytes, int maxBackground, Set<Flag> unwanted) {
        long wanted =
                EnumSet.complementOf(unwanted.isEmpty() ? EnumSet.noneOf(Flag.class) : EnumSet.copyOf(unwanted))
                        .stream()
                        .mapToLong(flag -> flag.bit)
                        .sum();
        return new Negotiation(
                Math.min(kernelMinor, NEWEST_MINOR),
                offered & wanted,
                kernelMinor >= EPOCHS_MINOR,
                Math.max(maxReadaheadBytes, RequestMemory.MAX_DATA_BYTES),
                maxBackground);
    }

    boolean has(Flag flag) {
        return (flags & flag.bit) != 0;
    }

    /** How many requests without a waiting program are a congestion. */
    int congestion() {
        return Math.max(1, Math.min(CONGESTED_MAX, maxBackground * PERCENT_CONGESTED / 100));
    }

    /** Writes {@code struct fuse_init_out}. */
    Reply put(Reply reply) {
        int pages = RequestMemory.MAX_DATA_BYTES / RequestMemory.PAGE_BYTES;
        return reply.u32(MAJOR)
                .u32(minor)
                .u32(maxReadaheadBytes)
                .u32((int) flags)
                .u16(maxBackground)
                .u16(congestion())
                .u32(RequestMemory.MAX_DATA_BYTES)
                .u32(1)
                .u16(pages)
                .u16(0)
                .u32((int) (flags >>> 32))
                .zeros(OUT_UNUSED_BYTES);
    }
}
