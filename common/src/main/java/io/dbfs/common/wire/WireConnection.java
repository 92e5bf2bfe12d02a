package io.dbfs.common.wire;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * A connection that carries frames. One thread receives at a time; sending and closing are thread-safe. A connection that
 * failed in any way, or was closed while a thread used it, is of no more use.
 */
public final class WireConnection implements Closeable {
    /** The longest header: that of a call's reply is its status. */
    static final int HEADER_BYTES_MAX = 64 << 10;
    /** The longest payload: entries of a Raft log, the last of which may be as long as a command may be. */
    static final int PAYLOAD_BYTES_MAX = 16 << 20;

    private static final int VERSION = 1;
    private static final byte[] MAGIC = "DBFS".getBytes(StandardCharsets.US_ASCII);
    private static final int PREFACE_BYTES = MAGIC.length + 2;
    private static final int PREFIX_BYTES = 2 * Integer.BYTES;
    /** Holds a call that writes a page. A server has two of these for each of thousands of connections. */
    private static final int BUFFER_BYTES = 8 << 10;

    /** Two attempts of the kernel, the second after a second. */
    private static final int CONNECT_MILLIS = 1_500;
    /** A peer whose host fell silent is noticed after about 25 s, as long as nobody waits for it with a deadline of their own. */
    private static final int KEEPALIVE_IDLE_SECONDS = 10;

    private static final int KEEPALIVE_PROBES = 3;

    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES).flip();
    private final ReentrantLock sending = new ReentrantLock();
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);
    /** Where the peer listens; null at the server's end. */
    private final @Nullable InetSocketAddress server;

    private int payloadLeft;

    private WireConnection(SocketChannel channel, @Nullable InetSocketAddress server) throws IOException {
        this.channel = channel;
        this.server = server;
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, KEEPALIVE_IDLE_SECONDS);
        channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEPALIVE_IDLE_SECONDS / 2);
        channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, KEEPALIVE_PROBES);
    }

    /** Connects, within one and a half seconds, for exchanges of a kind. */
    public static WireConnection connect(InetSocketAddress server, WireKind kind) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.socket().connect(server, CONNECT_MILLIS);
            WireConnection connection = new WireConnection(channel, server);
            connection.writeFully(ByteBuffer.allocate(PREFACE_BYTES)
                    .put(MAGIC)
                    .put((byte) VERSION)
                    .put(kind.code())
                    .flip());
            return connection;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** The server's end of a connection. */
    static WireConnection accepted(SocketChannel channel) throws IOException {
        return new WireConnection(channel, null);
    }

    /** Waits for the beginning of a connection, and returns its kind's code. */
    byte receiveKind() throws IOException {
        if (!fill(PREFACE_BYTES)) {
            throw new EOFException("ended before it began");
        }
        for (byte expected : MAGIC) {
            if (in.get() != expected) {
                throw new IOException("peer does not speak the wire protocol");
            }
        }
        byte version = in.get();
        if (version != VERSION) {
            throw new IOException("version of the wire protocol: " + version + " (expected: " + VERSION + ")");
        }
        return in.get();
    }

    /**
     * Whether the peer has sent something that was not received yet, or has ended the connection. Does not wait.
     *
     * @throws IOException when the connection is lost
     */
    public boolean hasInput() throws IOException {
        if (in.hasRemaining() || payloadLeft > 0) {
            return true;
        }
        channel.configureBlocking(false);
        try {
            return channel.read(in.clear()) != 0;
        } finally {
            in.flip();
            channel.configureBlocking(true);
        }
    }

    /** Whether both ends are on this host: they have the same address. */
    public boolean isWithinHost() throws IOException {
        return channel.getRemoteAddress() instanceof InetSocketAddress remote
                && channel.getLocalAddress() instanceof InetSocketAddress local
                && remote.getAddress().equals(local.getAddress());
    }

    /**
     * A deadline so far from now: the connection is closed then, unless the deadline is closed before. It is closed some
     * seconds from now where the host of the server that this is a connection to is silent.
     */
    public WireDeadline within(Duration timeout) {
        return WireDeadline.start(timeout, this::close, server);
    }

    /**
     * Waits for the next frame and returns its header. What is left of the payload before it is skipped.
     *
     * @return null when the peer ended the connection between two frames
     */
    public byte @Nullable [] receive() throws IOException {
        skipPayload();
        if (!fill(PREFIX_BYTES)) {
            return null;
        }
        int headerBytes = in.getInt();
        int payloadBytes = in.getInt();
        requireWithin("header", headerBytes, HEADER_BYTES_MAX);
        requireWithin("payload", payloadBytes, PAYLOAD_BYTES_MAX);
        byte[] header = new byte[headerBytes];
        read(ByteBuffer.wrap(header));
        payloadLeft = payloadBytes;
        return header;
    }

    /** Bytes of the received frame's payload that were not taken yet. */
    public int payloadBytes() {
        return payloadLeft;
    }

    /** Fills {@code target}, which must not be longer than what is left of the payload. */
    public void receivePayload(ByteBuffer target) throws IOException {
        if (target.remaining() > payloadLeft) {
            throw new IOException("payload of " + payloadLeft + " bytes (expected: >= " + target.remaining() + ")");
        }
        payloadLeft -= target.remaining();
        read(target);
    }

    private void skipPayload() throws IOException {
        while (payloadLeft > 0) {
            if (!in.hasRemaining() && !fill(1)) {
                throw new EOFException("ended within a payload");
            }
            int count = Math.min(payloadLeft, in.remaining());
            in.position(in.position() + count);
            payloadLeft -= count;
        }
    }

    /** Sends a frame; the payload's pieces are laid end to end. Returns when the socket has taken all of it. */
    public void send(byte[] header, ByteBuffer... payload) throws IOException {
        int payloadBytes = 0;
        for (ByteBuffer piece : payload) {
            payloadBytes = Math.addExact(payloadBytes, piece.remaining());
        }
        requireWithin("header", header.length, HEADER_BYTES_MAX);
        requireWithin("payload", payloadBytes, PAYLOAD_BYTES_MAX);
        sending.lock();
        try {
            ByteBuffer start = startOf(header, payloadBytes);
            if (payloadBytes <= start.remaining()) {
                for (ByteBuffer piece : payload) {
                    start.put(piece.duplicate());
                }
                writeFully(start.flip());
            } else {
                writeFully(start.flip(), payloadBytes, payload);
            }
        } finally {
            sending.unlock();
        }
    }

    /** As {@link #send(byte[], ByteBuffer...)}, with a payload that writes itself. */
    public void send(byte[] header, WirePayload payload) throws IOException {
        requireWithin("header", header.length, HEADER_BYTES_MAX);
        requireWithin("payload", payload.bytes(), PAYLOAD_BYTES_MAX);
        sending.lock();
        try {
            writeFully(startOf(header, payload.bytes()).flip());
            payload.writeTo(channel);
        } finally {
            sending.unlock();
        }
    }

    /** This connection's buffer, or one that is long enough, with a frame's start in it. */
    private ByteBuffer startOf(byte[] header, int payloadBytes) {
        ByteBuffer start = PREFIX_BYTES + header.length <= BUFFER_BYTES
                ? out.clear()
                : ByteBuffer.allocateDirect(PREFIX_BYTES + header.length);
        return start.putInt(header.length).putInt(payloadBytes).put(header);
    }

    private void writeFully(ByteBuffer start, int payloadBytes, ByteBuffer[] payload) throws IOException {
        ByteBuffer[] all = new ByteBuffer[1 + payload.length];
        all[0] = start;
        for (int i = 0; i < payload.length; i++) {
            all[1 + i] = payload[i].duplicate();
        }
        for (long left = (long) start.remaining() + payloadBytes; left > 0; ) {
            left -= channel.write(all);
        }
    }

    private void writeFully(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int written = channel.write(bytes);
            assert written >= 0;
        }
    }

    /** Reads until so many bytes are buffered; false when the peer ended the connection before the first of them. */
    private boolean fill(int bytes) throws IOException {
        if (in.remaining() >= bytes) {
            return true;
        }
        in.compact();
        try {
            while (in.position() < bytes) {
                if (channel.read(in) < 0) {
                    if (in.position() == 0) {
                        return false;
                    }
                    throw new EOFException("ended within a frame");
                }
            }
        } finally {
            in.flip();
        }
        return true;
    }

    private void read(ByteBuffer target) throws IOException {
        int buffered = Math.min(in.remaining(), target.remaining());
        target.put(target.position(), in, in.position(), buffered);
        target.position(target.position() + buffered);
        in.position(in.position() + buffered);
        while (target.hasRemaining()) {
            if (channel.read(target) < 0) {
                throw new EOFException("ended within a frame");
            }
        }
    }

    private static void requireWithin(String what, int bytes, int max) throws IOException {
        if (bytes < 0 || bytes > max) {
            throw new IOException(what + " of " + bytes + " bytes (expected: 0 to " + max + ")");
        }
    }

    /** Ends the connection; a thread that waits for it gets an IOException. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Whatever was on its way is lost with the connection, as its users expect.
            WireWatch.LOG.debug("close of a connection: {}", e.toString());
        }
    }

    @Override
    public String toString() {
        return "connection " + channel;
    }
}
