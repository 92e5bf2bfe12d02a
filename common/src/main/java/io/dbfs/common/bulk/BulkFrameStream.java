package io.dbfs.common.bulk;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A frame on its way out. Netty's transport drains it, which copies the payload once, straight into its own buffer. */
final class BulkFrameStream extends InputStream implements KnownLength, Drainable {
    /** Small enough to stay in the processor's first cache, so that the hop through the heap costs next to nothing. */
    private static final int BOUNCE_BYTES = 16 * 1024;

    private final BulkFrame frame;
    private final List<ByteBuffer> pieces = new ArrayList<>();
    private int next;

    BulkFrameStream(BulkFrame frame) {
        this.frame = frame;
        byte[] header = frame.headerBytes();
        pieces.add(ByteBuffer.allocate(BulkMarshaller.HEADER_LENGTH_BYTES + header.length)
                .putInt(header.length)
                .put(header)
                .flip());
        pieces.addAll(frame.payload());
    }

    @Override
    public int available() {
        int sum = 0;
        for (int i = next; i < pieces.size(); i++) {
            sum += pieces.get(i).remaining();
        }
        return sum;
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
        int drained = available();
        byte[] bounce = null;
        for (; next < pieces.size(); next++) {
            ByteBuffer piece = pieces.get(next);
            if (piece.hasArray()) {
                target.write(piece.array(), piece.arrayOffset() + piece.position(), piece.remaining());
            } else {
                bounce = bounce == null ? new byte[Math.min(BOUNCE_BYTES, drained)] : bounce;
                drain(piece, bounce, target);
            }
        }
        return drained;
    }

    private static void drain(ByteBuffer piece, byte[] bounce, OutputStream target) throws IOException {
        while (piece.hasRemaining()) {
            int count = Math.min(bounce.length, piece.remaining());
            piece.get(bounce, 0, count);
            target.write(bounce, 0, count);
        }
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        while (next < pieces.size() && !pieces.get(next).hasRemaining()) {
            next++;
        }
        if (next == pieces.size()) {
            return length == 0 ? 0 : -1;
        }
        int count = Math.min(length, pieces.get(next).remaining());
        pieces.get(next).get(target, offset, count);
        return count;
    }

    @Override
    public void close() {
        pieces.clear();
        next = 0;
        frame.close();
    }
}
