package io.dbfs.fuse.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.common.Caller;
import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.fuse.FileSystem.Created;
import io.dbfs.fuse.MemoryFileSystem;
import io.dbfs.fuse.Privileges;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When the kernel no longer waits for a reply, it will not give back what the reply would have handed over. */
final class UndeliveredReplyTest {
    private final MemoryFileSystem fileSystem = new MemoryFileSystem(0, false);
    private final RequestMemory memory = new RequestMemory();
    private final Dispatcher dispatcher = new Dispatcher(IdleRequests.create());
    private final Request request = new Request(memory.request());
    private final Reply reply = new Reply(memory, (address, length) -> false);
    private long inode;

    @BeforeEach
    void makeFile() {
        AttributesWire wire = new AttributesWire(OptionalLong.empty(), OptionalLong.empty());
        Privileges privileges = new Privileges(fileSystem);
        new NameHandlers(fileSystem, wire).register(dispatcher);
        new FileHandlers(
                        fileSystem,
                        wire,
                        privileges,
                        new DeviceKernelCache((address, length) -> false, flag -> true, () -> true))
                .register(dispatcher);
        new DirectoryHandlers(fileSystem, wire).register(dispatcher);
        Created created = fileSystem.create(Caller.ROOT, InodeId.ROOT, Name.of("file"), 0644, 0);
        inode = created.entry().attributes().inode().value();
        fileSystem.release(new InodeId(inode), created.opened().handle());
        fileSystem.forget(new InodeId(inode), 1);
    }

    @AfterEach
    void free() {
        memory.close();
    }

    @Test
    void lookupGivesTheReferenceBack() {
        dispatch(Opcode.LOOKUP, 1, body -> body.put("file\0".getBytes(StandardCharsets.UTF_8)));
        assertNothingHeld();
    }

    @Test
    void openReleasesTheHandle() {
        dispatch(Opcode.OPEN, inode, body -> body.putLong(0));
        assertNothingHeld();
    }

    @Test
    void createReleasesTheHandleAndGivesTheReferenceBack() {
        dispatch(Opcode.CREATE, 1, body -> body.putLong(0).putLong(0).put("new\0".getBytes(StandardCharsets.UTF_8)));
        assertNothingHeld();
    }

    @Test
    void openDirectoryReleasesTheHandle() {
        dispatch(Opcode.OPENDIR, 1, body -> body.putLong(0));
        assertNothingHeld();
    }

    private void assertNothingHeld() {
        assertEquals(0, fileSystem.openHandles());
        assertEquals(0, fileSystem.outstandingReferences());
    }

    private void dispatch(Opcode opcode, long node, Consumer<ByteBuffer> body) {
        ByteBuffer bytes = memory.request();
        bytes.position(Request.HEADER_BYTES);
        body.accept(bytes);
        int length = bytes.position();
        bytes.putInt(0, length).putInt(4, opcode.code()).putLong(8, 42).putLong(16, node);
        dispatcher.dispatch(request, length, reply);
    }
}
