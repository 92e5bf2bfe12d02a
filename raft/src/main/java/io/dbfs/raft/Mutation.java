package io.dbfs.raft;

/** One change of the state. The arrays are handed over: nobody changes them afterwards. */
public sealed interface Mutation {
    /** Sets a key's value. */
    record Put(byte[] key, byte[] value) implements Mutation {}

    /** Removes a key, if it is there. */
    record Delete(byte[] key) implements Mutation {}

    /** Removes every key that begins with {@code prefix}. */
    record DeletePrefix(byte[] prefix) implements Mutation {}
}
