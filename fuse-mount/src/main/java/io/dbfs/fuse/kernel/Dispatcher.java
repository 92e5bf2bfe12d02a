package io.dbfs.fuse.kernel;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.fuse.HandleId;
import java.nio.BufferUnderflowException;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the handler of a request, and sees to it that every request is answered whatever happens. */
final class Dispatcher {
    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    private final Map<Opcode, Handler> handlers = new EnumMap<>(Opcode.class);

    private final Map<Opcode, Consumer<HandleId>> registrations = new EnumMap<>(Opcode.class);

    private final Requests requests;

    Dispatcher(Requests requests) {
        this.requests = requests;
        requests.register(this);
    }

    /** Adds a handler; all are added before the first request. */
    Dispatcher on(Opcode opcode, Handler handler) {
        handlers.put(opcode, handler);
        return this;
    }

    /** Adds what is done with requests of an opcode in the order in which the kernel sent them, before they are served. */
    Dispatcher onTaken(Opcode opcode, Consumer<HandleId> registration) {
        registrations.put(opcode, registration);
        return this;
    }

    /** A request was taken from the kernel; {@link #dispatch} follows. Must not block or fail. */
    void register(Request request, int length) {
        Opcode opcode = request.peekOpcode(length);
        Consumer<HandleId> registration = opcode == null ? null : registrations.get(opcode);
        if (registration != null) {
            request.peekHandle(length).ifPresent(registration);
        }
    }

    /** Serves a request of so many bytes. */
    void dispatch(Request request, int length, Reply reply) {
        try {
            request.begin(length);
        } catch (BufferUnderflowException malformed) {
            log.error("request of {} bytes is malformed", length);
            reply.begin(request.unique());
            reply.error(Errno.EIO);
            return;
        }
        @Nullable Opcode opcode = Opcode.of(request.opcode());
        @Nullable Handler handler = opcode == null ? null : handlers.get(opcode);
        boolean expectsReply = opcode == null || opcode.expectsReply();
        if (expectsReply && handler != null) {
            reply.begin(requests.begin(request.unique(), request.caller().pid()));
        } else {
            reply.begin(request.unique());
        }
        if (handler != null) {
            run(handler, request, reply, expectsReply);
        } else if (expectsReply) {
            reply.error(Errno.ENOSYS);
        }
    }

    private static void run(Handler handler, Request request, Reply reply, boolean expectsReply) {
        Errno errno = Errno.EIO;
        try {
            handler.handle(request, reply);
        } catch (FsException expected) {
            errno = expected.errno();
        } catch (BufferUnderflowException malformed) {
            log.error("{} of inode {} is malformed", Opcode.of(request.opcode()), request.node());
        } catch (Throwable fault) {
            log.error(
                    "{} of inode {}: fault of the program, answered with EIO",
                    Opcode.of(request.opcode()),
                    request.node(),
                    fault);
        }
        if (expectsReply && !reply.isSent()) {
            reply.error(errno);
        }
    }
}
