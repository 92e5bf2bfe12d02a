package io.dbfs.test.posix.libc;

import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/** Memory that starts at a page, as O_DIRECT wants it. */
public final class AlignedMemory implements AutoCloseable {
    private static final int PAGE_BYTES = 4096;

    private final Pointer address;

    private AlignedMemory(Pointer address) {
        this.address = address;
    }

    public static AlignedMemory allocate(int length) {
        Pointer result = Memory.allocateDirect(LibC.RUNTIME, Long.BYTES, true);
        if (LibC.CALLS.posix_memalign(result, PAGE_BYTES, length) != 0) {
            throw new OutOfMemoryError("posix_memalign: " + length + " bytes");
        }
        return new AlignedMemory(result.getPointer(0));
    }

    Pointer address() {
        return address;
    }

    public void put(byte[] data) {
        address.put(0, data, 0, data.length);
    }

    public byte[] get(int count) {
        byte[] data = new byte[count];
        address.get(0, data, 0, count);
        return data;
    }

    @Override
    public void close() {
        LibC.CALLS.free(address);
    }
}
