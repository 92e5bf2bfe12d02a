package io.dbfs.raft.rocksdb;

import java.nio.ByteBuffer;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** The applied index, under the empty key, which no scan shows. */
final class AppliedIndex {
    /** Where scans of the whole state start. */
    static final byte[] FIRST_KEY_AFTER = {0};

    private static final byte[] KEY = {};

    private AppliedIndex() {}

    static long read(Database database, ReadOptions asOf) {
        try {
            byte[] value = database.rocks().get(asOf, KEY);
            return value == null ? 0 : ByteBuffer.wrap(value).getLong();
        } catch (RocksDBException e) {
            throw database.failure("read", e);
        }
    }

    static void write(WriteBatch batch, long index) throws RocksDBException {
        batch.put(KEY, ByteBuffer.allocate(Long.BYTES).putLong(index).array());
    }
}
