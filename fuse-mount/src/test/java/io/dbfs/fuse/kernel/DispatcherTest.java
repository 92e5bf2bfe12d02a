package io.dbfs.fuse.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.kenai.jffi.MemoryIO;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every request is answered once, whatever it holds and whatever its handler does. */
final class DispatcherTest {
    private static final long UNIQUE = 42;

    private final RequestMemory memory = new RequestMemory();
    private final List<Answer> answers = new ArrayList<>();
    private final Dispatcher dispatcher = new Dispatcher(IdleRequests.create());
    private final Request request = new Request(memory.request());
    private final Reply reply = new Reply(memory, (address, length) -> {
        ByteBuffer bytes =
                MemoryIO.getInstance().newDirectByteBuffer(address, length).order(ByteOrder.nativeOrder());
        assertEquals(length, bytes.getInt(0));
        return answers.add(new Answer(bytes.getLong(8), -bytes.getInt(4), length - 16));
    });

    @AfterEach
    void free() {
        memory.close();
    }

    @Test
    void successIsSentByTheHandler() {
        dispatcher.on(Opcode.LOOKUP, (in, out) -> out.u64(in.u64()).send());
        dispatch(Opcode.LOOKUP.code(), 8);
        assertEquals(List.of(new Answer(UNIQUE, 0, 8)), answers);
    }

    @Test
    void expectedFailuresAreTheirErrno() {
        dispatcher.on(Opcode.LOOKUP, (in, out) -> {
            throw new FsException(Errno.ENOTEMPTY);
        });
        dispatch(Opcode.LOOKUP.code(), 8);
        assertAnswered(Errno.ENOTEMPTY);
    }

    @Test
    void faultsAreEioEvenAfterPartOfAReply() {
        dispatcher.on(Opcode.LOOKUP, (in, out) -> {
            out.u64(1);
            throw new StackOverflowError("planted");
        });
        dispatch(Opcode.LOOKUP.code(), 8);
        assertAnswered(Errno.EIO);
    }

    @Test
    void aFaultAfterTheReplyAnswersNothingMore() {
        dispatcher.on(Opcode.LOOKUP, (in, out) -> {
            out.send();
            throw new IllegalStateException("planted");
        });
        dispatch(Opcode.LOOKUP.code(), 8);
        assertEquals(List.of(new Answer(UNIQUE, 0, 0)), answers);
    }

    @Test
    void aHandlerThatForgetsToAnswerIsEio() {
        dispatcher.on(Opcode.LOOKUP, (in, out) -> {});
        dispatch(Opcode.LOOKUP.code(), 8);
        assertAnswered(Errno.EIO);
    }

    @Test
    void unknownRequestsAreEnosys() {
        dispatch(4711, 8);
        assertAnswered(Errno.ENOSYS);
        answers.clear();
        dispatch(Opcode.POLL.code(), 24);
        assertAnswered(Errno.ENOSYS);
    }

    @Test
    void requestsThatEndTooEarlyAreEio() {
        dispatcher.on(Opcode.LOOKUP, (in, out) -> {
            in.name();
            out.send();
        });
        dispatch(Opcode.LOOKUP.code(), 0);
        assertAnswered(Errno.EIO);
    }

    @Test
    void requestsOfAnotherLengthThanTheySayAreEio() {
        put(Opcode.LOOKUP.code(), 8);
        dispatcher.dispatch(request, Request.HEADER_BYTES + 4, reply);
        assertAnswered(Errno.EIO);
        answers.clear();
        dispatcher.dispatch(request, 7, reply);
        assertEquals(1, answers.size());
    }

    @Test
    void forgettingIsNeverAnswered() {
        dispatcher.on(Opcode.FORGET, (in, out) -> {
            throw new IllegalStateException("planted");
        });
        dispatch(Opcode.FORGET.code(), 8);
        dispatch(Opcode.BATCH_FORGET.code(), 8);
        assertEquals(List.of(), answers);
    }

    @Test
    void opcodesAreThoseOfTheKernel() {
        for (Opcode opcode : Opcode.values()) {
            assertEquals(opcode, Opcode.of(opcode.code()));
        }
        assertFalse(Optional.ofNullable(Opcode.of(7)).isPresent());
        assertFalse(Optional.ofNullable(Opcode.of(-1)).isPresent());
    }

    private void dispatch(int opcode, int bodyBytes) {
        put(opcode, bodyBytes);
        dispatcher.dispatch(request, Request.HEADER_BYTES + bodyBytes, reply);
    }

    private void put(int opcode, int bodyBytes) {
        ByteBuffer bytes = memory.request();
        bytes.putInt(Request.HEADER_BYTES + bodyBytes)
                .putInt(opcode)
                .putLong(UNIQUE)
                .putLong(1);
        bytes.put(new byte[16 + bodyBytes]);
    }

    private void assertAnswered(Errno errno) {
        assertEquals(List.of(new Answer(UNIQUE, errno.code(), 0)), answers);
    }

    private record Answer(long unique, int errno, int payloadBytes) {}
}
