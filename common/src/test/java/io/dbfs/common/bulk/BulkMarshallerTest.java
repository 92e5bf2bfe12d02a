package io.dbfs.common.bulk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.proto.ChunkReadHeader;
import io.grpc.Drainable;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BulkMarshallerTest {
    private static final ChunkReadHeader HEADER =
            ChunkReadHeader.newBuilder().setOffset(42).setCrc32C(-1).build();

    private final BulkMarshaller marshaller = new BulkMarshaller();
    private final byte[] payload = random(100_000);

    @Test
    void copiedFrameHasTheSameHeaderAndPayload() throws IOException {
        try (BulkFrame parsed = marshaller.parse(new ByteArrayInputStream(encoded(payload)))) {
            assertEquals(HEADER, parsed.header(ChunkReadHeader.parser()));
            assertArrayEquals(payload, bytes(parsed));
            assertEquals(0, marshaller.borrowedFrames());
        }
    }

    @Test
    void borrowedFrameShowsTheTransportsBuffersUntilItIsClosed() throws IOException {
        for (int pieceBytes : new int[] {7, 1000, 16 * 1024, 1 << 20}) {
            LendingStream message = new LendingStream(encoded(payload), pieceBytes);
            BulkFrame parsed = marshaller.parse(message);
            assertEquals(HEADER, parsed.header(ChunkReadHeader.parser()));
            assertArrayEquals(payload, bytes(parsed));
            assertEquals(1, marshaller.borrowedFrames());
            assertEquals(0, message.released());
            parsed.close();
            parsed.close();
            assertEquals(1, message.released());
            assertEquals(0, marshaller.borrowedFrames());
            assertThrows(IllegalStateException.class, parsed::payload);
        }
    }

    @Test
    void messageWhoseBuffersCannotBeLentIsCopied() throws IOException {
        LendingStream message = new LendingStream(encoded(payload), 1000, false);
        try (BulkFrame parsed = marshaller.parse(message)) {
            assertArrayEquals(payload, bytes(parsed));
        }
        assertEquals(0, message.released());
    }

    @Test
    void sharedFrameIsReleasedByTheLastOfItsOwners() {
        AtomicInteger released = new AtomicInteger();
        BulkFrame first = BulkFrame.of(HEADER, List.of(ByteBuffer.wrap(payload)), released::incrementAndGet);
        BulkFrame second = first.share();
        first.close();
        assertEquals(0, released.get());
        assertArrayEquals(payload, bytes(second));
        second.close();
        assertEquals(1, released.get());
        assertThrows(IllegalStateException.class, second::share);
    }

    @Test
    void closingTheOutgoingStreamReleasesTheFrame() throws IOException {
        AtomicInteger released = new AtomicInteger();
        marshaller.stream(BulkFrame.of(HEADER, List.of(ByteBuffer.wrap(payload)), released::incrementAndGet))
                .close();
        assertEquals(1, released.get());
    }

    @Test
    void drainedAndReadStreamsGiveTheSameBytes() throws IOException {
        for (ByteBuffer source : List.of(
                ByteBuffer.wrap(payload), direct(payload), direct(payload).asReadOnlyBuffer())) {
            ByteArrayOutputStream drained = new ByteArrayOutputStream();
            InputStream stream = marshaller.stream(BulkFrame.of(HEADER, source));
            int announced = stream.available();
            assertEquals(announced, ((Drainable) stream).drainTo(drained));
            assertEquals(announced, drained.size());
            assertArrayEquals(
                    drained.toByteArray(),
                    marshaller.stream(BulkFrame.of(HEADER, source)).readAllBytes());
        }
    }

    @Test
    void everyTruncationOfTheHeaderIsRefused() throws IOException {
        byte[] whole = encoded(new byte[0]);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertRefused(new ByteArrayInputStream(cut));
            LendingStream lent = new LendingStream(cut, 3);
            assertRefused(lent);
            assertEquals(0, marshaller.borrowedFrames());
        }
    }

    @Test
    void hostileLengthsAreRefused() {
        for (int length : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, BulkMarshaller.MAX_HEADER_BYTES + 1}) {
            byte[] message = ByteBuffer.allocate(100).putInt(length).array();
            assertRefused(new ByteArrayInputStream(message));
        }
    }

    @Test
    void payloadBeyondTheLimitIsRefusedAndGivenBack() throws IOException {
        byte[] message = encoded(new byte[BulkMarshaller.MAX_PAYLOAD_BYTES + 1]);
        assertRefused(new ByteArrayInputStream(message));
        LendingStream lent = new LendingStream(message, 1 << 20);
        assertRefused(lent);
        assertEquals(1, lent.released());
        assertEquals(0, marshaller.borrowedFrames());
    }

    @Test
    void checksumsOfPiecesAreThoseOfTheWhole() {
        int[] whole = BlockChecksums.of(List.of(ByteBuffer.wrap(payload)));
        assertEquals(2, whole.length);
        ByteBuffer rest = direct(payload);
        ByteBuffer head = rest.duplicate().limit(33_333);
        assertArrayEquals(whole, BlockChecksums.of(List.of(head, rest.position(33_333))));
        assertEquals(0, BlockChecksums.of(List.of()).length);
    }

    private void assertRefused(InputStream message) {
        StatusRuntimeException refused = assertThrows(StatusRuntimeException.class, () -> marshaller.parse(message));
        assertEquals(Status.Code.INVALID_ARGUMENT, refused.getStatus().getCode());
        assertTrue(String.valueOf(refused.getMessage()).contains("expected"), refused.getMessage());
    }

    private byte[] encoded(byte[] content) throws IOException {
        return marshaller.stream(BulkFrame.of(HEADER, ByteBuffer.wrap(content))).readAllBytes();
    }

    private static byte[] bytes(BulkFrame frame) {
        ByteBuffer all = ByteBuffer.allocate(frame.payloadBytes());
        frame.payload().forEach(all::put);
        return all.array();
    }

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(1).nextBytes(bytes);
        return bytes;
    }
}
