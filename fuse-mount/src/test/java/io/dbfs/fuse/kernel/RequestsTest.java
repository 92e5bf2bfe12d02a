package io.dbfs.fuse.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.kenai.jffi.MemoryIO;
import io.dbfs.common.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A request is answered once, by whoever comes first: the one who serves it, or the signal that ends the wait for it. */
final class RequestsTest {
    private static final int INTERRUPT_BYTES = 8;

    private final RequestMemory memory = new RequestMemory();
    private final List<String> answers = new ArrayList<>();
    private final AtomicBoolean dying = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final Requests requests = new Requests(this::sent, pid -> dying.get(), timer);
    private final Dispatcher dispatcher = new Dispatcher(requests);
    private final Request request = new Request(memory.request());
    private final Reply reply = new Reply(memory, this::sent);

    @AfterEach
    void free() {
        requests.close();
        memory.close();
    }

    private boolean sent(long address, int length) {
        ByteBuffer bytes =
                MemoryIO.getInstance().newDirectByteBuffer(address, length).order(ByteOrder.nativeOrder());
        answers.add(bytes.getLong(8) + ": " + -bytes.getInt(4));
        return true;
    }

    private void interrupt(long unique) {
        ByteBuffer bytes = memory.request();
        bytes.putInt(Request.HEADER_BYTES + INTERRUPT_BYTES)
                .putInt(Opcode.INTERRUPT.code())
                .putLong(unique + 1)
                .putLong(1);
        bytes.put(new byte[16]).putLong(unique);
        dispatcher.dispatch(request, Request.HEADER_BYTES + INTERRUPT_BYTES, reply);
    }

    @Test
    void anInterruptThatCameBeforeItsRequestIsSentAgain() {
        interrupt(42);
        assertEquals(List.of("43: " + Errno.EAGAIN.code()), answers);
    }

    @Test
    void aDyingProgramWaitsNoLonger() {
        PendingRequest pending = requests.begin(42, 7);
        dying.set(true);
        interrupt(42);
        assertEquals(List.of("42: " + Errno.EINTR.code()), answers);
        assertFalse(pending.answer(Optional.empty()), "the one who serves it finds that nobody waits");
    }

    @Test
    void whatADyingProgramAskedForIsAbandonedBeforeItIsGone() {
        PendingRequest pending = requests.begin(42, 7);
        assertTrue(pending.onAbandon(() -> assertEquals(List.of(), answers)));
        dying.set(true);
        interrupt(42);
        assertEquals(List.of("42: " + Errno.EINTR.code()), answers);
        assertFalse(pending.onAbandon(() -> {}), "who serves it finds that the program is gone");
    }

    @Test
    void aProgramThatLivesGetsItsAnswer() {
        PendingRequest pending = requests.begin(42, 7);
        interrupt(42);
        assertEquals(List.of(), answers);
        assertTrue(pending.answer(Optional.empty()));
        assertEquals(List.of("42: 0"), answers);
    }

    @Test
    void aWaitIsToldOfASignalThatCameBeforeIt() {
        PendingRequest pending = requests.begin(42, 7);
        interrupt(42);
        AtomicBoolean told = new AtomicBoolean();
        pending.onInterrupt(() -> told.set(true));
        assertTrue(told.get());
    }

    @Test
    void aKillIsSeenInTheStatusOfAThread() {
        assertTrue(ProcSignals.isKilled("Name:\tcat\nSigPnd:\t0000000000000100\nShdPnd:\t0000000000000000\n"));
        assertFalse(ProcSignals.isKilled("Name:\tcat\nSigPnd:\t0000000000000002\nShdPnd:\t0000000000000000\n"));
        assertFalse(new ProcSignals().isDying((int) ProcessHandle.current().pid()));
    }
}
