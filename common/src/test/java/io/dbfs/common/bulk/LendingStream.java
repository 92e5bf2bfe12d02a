package io.dbfs.common.bulk;

import io.grpc.Detachable;
import io.grpc.HasByteBuffer;
import io.grpc.KnownLength;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** A message as a transport gives it that lends its buffers: in pieces, and detachable from its call. */
final class LendingStream extends InputStream implements KnownLength, Detachable, HasByteBuffer {
    private final byte[] bytes;
    private final int pieceBytes;
    private final boolean lends;
    private int position;
    private boolean marked;
    private int released;
    private boolean detached;

    LendingStream(byte[] bytes, int pieceBytes) {
        this(bytes, pieceBytes, true);
    }

    LendingStream(byte[] bytes, int pieceBytes, boolean lends) {
        this.bytes = bytes.clone();
        this.pieceBytes = pieceBytes;
        this.lends = lends;
    }

    /** How often the buffers were given back after they were detached. */
    int released() {
        return released;
    }

    @Override
    public boolean byteBufferSupported() {
        return lends;
    }

    @Override
    public ByteBuffer getByteBuffer() {
        if (!marked) {
            throw new IllegalStateException("a lent buffer would be released by skipping it (expected: mark first)");
        }
        int end = Math.min(bytes.length, (position / pieceBytes + 1) * pieceBytes);
        return ByteBuffer.wrap(bytes, position, end - position).slice().asReadOnlyBuffer();
    }

    @Override
    public InputStream detach() {
        detached = true;
        return this;
    }

    @Override
    public boolean markSupported() {
        return true;
    }

    @Override
    public synchronized void mark(int limit) {
        marked = true;
    }

    @Override
    public int available() {
        return bytes.length - position;
    }

    @Override
    public int read() {
        return position == bytes.length ? -1 : bytes[position++] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        int count = Math.min(length, available());
        System.arraycopy(bytes, position, target, offset, count);
        position += count;
        return count == 0 && length > 0 ? -1 : count;
    }

    @Override
    public long skip(long count) {
        int skipped = (int) Math.min(count, available());
        position += skipped;
        return skipped;
    }

    @Override
    public void close() {
        if (detached) {
            released++;
        }
    }
}
