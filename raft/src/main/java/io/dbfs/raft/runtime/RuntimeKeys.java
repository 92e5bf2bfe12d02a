package io.dbfs.raft.runtime;

import java.nio.ByteBuffer;

/** The keys of the runtime: their first byte is 0, which state machines leave alone. */
final class RuntimeKeys {
    private static final byte RUNTIME = 0;
    private static final byte TIME = 1;
    private static final byte CLIENT = 2;
    private static final byte HEARD = 3;
    private static final byte OUTCOME = 4;

    private RuntimeKeys() {}

    static byte[] time() {
        return new byte[] {RUNTIME, TIME};
    }

    /** -> what is known of a client. */
    static byte[] client(long client) {
        return key(CLIENT, client);
    }

    /** The clients by the minute in which they were last heard of. */
    static byte[] heardPrefix() {
        return new byte[] {RUNTIME, HEARD};
    }

    static byte[] heard(long minute, long client) {
        return key(HEARD, minute, client);
    }

    /** Every remembered outcome of a client. */
    static byte[] outcomePrefix(long client) {
        return key(OUTCOME, client);
    }

    static byte[] outcome(long client, long sequence) {
        return key(OUTCOME, client, sequence);
    }

    /** The n-th number of a key, from 0. */
    static long numberOf(byte[] key, int n) {
        return decodeLong(key, 2 + n * Long.BYTES);
    }

    static byte[] encodeLongs(long... numbers) {
        ByteBuffer value = ByteBuffer.allocate(numbers.length * Long.BYTES);
        for (long number : numbers) {
            value.putLong(number);
        }
        return value.array();
    }

    static long decodeLong(byte[] bytes, int offset) {
        return ByteBuffer.wrap(bytes).getLong(offset);
    }

    private static byte[] key(byte kind, long... numbers) {
        ByteBuffer key = ByteBuffer.allocate(2 + numbers.length * Long.BYTES)
                .put(RUNTIME)
                .put(kind);
        for (long number : numbers) {
            key.putLong(number);
        }
        return key.array();
    }
}
