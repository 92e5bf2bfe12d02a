package io.dbfs.test.posix.libc;

import jnr.ffi.Pointer;

/** A shared mapping of a file (mmap(2)). */
public final class Mapping implements AutoCloseable {
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_SHARED = 1;
    private static final int MS_SYNC = 4;

    private final Pointer address;
    private final long length;

    private Mapping(Pointer address, long length) {
        this.address = address;
        this.length = length;
    }

    static Outcome<Mapping> map(LibC calls, int descriptor, long length, boolean writable) {
        Pointer[] mapped = new Pointer[1];
        int protection = PROT_READ | (writable ? PROT_WRITE : 0);
        long result = calls.call(() -> {
            mapped[0] = LibC.CALLS.mmap(Pointer.wrap(LibC.RUNTIME, 0), length, protection, MAP_SHARED, descriptor, 0);
            return mapped[0] == null || mapped[0].address() == -1 ? -1 : 0;
        });
        return result < 0 ? Outcome.failed(result) : Outcome.of(new Mapping(mapped[0], length));
    }

    public void put(long offset, byte[] data) {
        address.put(offset, data, 0, data.length);
    }

    public byte[] get(long offset, int count) {
        byte[] data = new byte[count];
        address.get(offset, data, 0, count);
        return data;
    }

    /** msync(2) of all of it; 0 or -1. */
    public int sync() {
        return LibC.CALLS.msync(address, length, MS_SYNC);
    }

    @Override
    public void close() {
        LibC.CALLS.munmap(address, length);
    }
}
