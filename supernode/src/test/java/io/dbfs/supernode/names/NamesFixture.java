package io.dbfs.supernode.names;

import com.google.protobuf.ByteString;
import com.google.protobuf.Parser;
import io.dbfs.common.Errno;
import io.dbfs.proto.Caller;
import io.dbfs.proto.CreateOperation;
import io.dbfs.proto.EndSessionCommand;
import io.dbfs.proto.EndSessionOutcome;
import io.dbfs.proto.Inode;
import io.dbfs.proto.InodeType;
import io.dbfs.proto.LinkOperation;
import io.dbfs.proto.NameOperation;
import io.dbfs.proto.NameOutcome;
import io.dbfs.proto.NamesCommand;
import io.dbfs.proto.OpenSessionCommand;
import io.dbfs.proto.OpenSessionReply;
import io.dbfs.proto.ReleaseOrphansOperation;
import io.dbfs.proto.RemoveDirectoryOperation;
import io.dbfs.proto.RenameOperation;
import io.dbfs.proto.SessionRecord;
import io.dbfs.proto.StampedNameOperation;
import io.dbfs.proto.UnlinkOperation;
import io.dbfs.raft.ApplyContext;
import io.dbfs.raft.Decision;
import io.dbfs.raft.StateView;
import io.dbfs.raft.memory.MemoryKvStore;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The machine over a store in memory, with commands in the words of system calls. Time goes on by one each command. */
final class NamesFixture implements AutoCloseable {
    static final long ROOT = 1;
    static final int HOME = 7;

    private final NamesMachine machine = new NamesMachine();
    private final MemoryKvStore store = new MemoryKvStore();
    private final List<byte[]> log = new ArrayList<>();
    private int uid = 1000;
    private int gid = 100;

    /** Who makes the following operations. */
    void actAs(int newUid, int newGid) {
        uid = newUid;
        gid = newGid;
    }

    /** Nanoseconds since the epoch of the last command. */
    long now() {
        return store.appliedIndex();
    }

    /** Every command so far. */
    List<byte[]> log() {
        return log;
    }

    byte[] apply(byte[] command) {
        log.add(command);
        long index = store.appliedIndex() + 1;
        try (StateView view = store.view()) {
            Decision decision = machine.decide(view, new ApplyContext(index, index), command);
            store.commit(index, decision.mutations());
            return decision.outcome();
        }
    }

    <M> M apply(NamesCommand.Builder command, Parser<M> outcome) {
        return Decoder.decode(outcome, apply(command.build().toByteArray()));
    }

    NameOutcome run(NameOperation.Builder operation) {
        operation.setCaller(Caller.newBuilder().setUid(uid).setGid(gid));
        return apply(
                NamesCommand.newBuilder()
                        .setOperation(StampedNameOperation.newBuilder()
                                .setOperation(operation)
                                .setHomeCluster(HOME)),
                NameOutcome.parser());
    }

    NameOutcome create(long parent, String name, InodeType type, int mode) {
        return create(parent, name, type, mode, true);
    }

    NameOutcome create(long parent, String name, InodeType type, int mode, boolean exclusive) {
        return run(NameOperation.newBuilder()
                .setCreate(CreateOperation.newBuilder()
                        .setParent(parent)
                        .setName(bytes(name))
                        .setType(type)
                        .setMode(mode)
                        .setExclusive(exclusive)));
    }

    NameOutcome symlink(long parent, String name, String target) {
        return run(NameOperation.newBuilder()
                .setCreate(CreateOperation.newBuilder()
                        .setParent(parent)
                        .setName(bytes(name))
                        .setType(InodeType.SYMLINK)
                        .setSymlinkTarget(bytes(target))));
    }

    long file(long parent, String name) {
        return create(parent, name, InodeType.REGULAR, 0644).getInode().getId();
    }

    long directory(long parent, String name) {
        return create(parent, name, InodeType.DIRECTORY, 0755).getInode().getId();
    }

    NameOutcome link(long inode, long parent, String name) {
        return run(NameOperation.newBuilder()
                .setLink(LinkOperation.newBuilder()
                        .setInode(inode)
                        .setParent(parent)
                        .setName(bytes(name))));
    }

    NameOutcome unlink(long parent, String name) {
        return run(NameOperation.newBuilder()
                .setUnlink(UnlinkOperation.newBuilder().setParent(parent).setName(bytes(name))));
    }

    NameOutcome removeDirectory(long parent, String name) {
        return run(NameOperation.newBuilder()
                .setRemoveDirectory(
                        RemoveDirectoryOperation.newBuilder().setParent(parent).setName(bytes(name))));
    }

    NameOutcome rename(long parent, String name, long newParent, String newName) {
        return rename(parent, name, newParent, newName, false, false);
    }

    NameOutcome rename(long parent, String name, long newParent, String newName, boolean noReplace, boolean exchange) {
        return run(NameOperation.newBuilder()
                .setRename(RenameOperation.newBuilder()
                        .setParent(parent)
                        .setName(bytes(name))
                        .setNewParent(newParent)
                        .setNewName(bytes(newName))
                        .setNoReplace(noReplace)
                        .setExchange(exchange)));
    }

    NameOutcome releaseOrphans(long session, List<Long> inodes) {
        return run(NameOperation.newBuilder()
                .setReleaseOrphans(
                        ReleaseOrphansOperation.newBuilder().setSession(session).addAllInodes(inodes)));
    }

    long openSession() {
        return apply(
                        NamesCommand.newBuilder()
                                .setOpenSession(OpenSessionCommand.newBuilder()
                                        .setSession(SessionRecord.newBuilder().setHost("here"))),
                        OpenSessionReply.parser())
                .getSession();
    }

    EndSessionOutcome endSession(long session) {
        return apply(
                NamesCommand.newBuilder()
                        .setEndSession(EndSessionCommand.newBuilder().setSession(session)),
                EndSessionOutcome.parser());
    }

    <R> R read(Function<NamesReader, R> question) {
        try (StateView view = store.view()) {
            return question.apply(new NamesReader(view));
        }
    }

    Inode inode(long id) {
        return read(names -> names.inode(id)).orElseThrow();
    }

    /** Every key and value, in order. */
    List<String> dump() {
        List<String> lines = new ArrayList<>();
        try (StateView view = store.view()) {
            for (int kind = 1; kind < 256; kind++) {
                byte[] prefix = {(byte) kind};
                view.scan(
                        prefix,
                        prefix,
                        (key, value) -> lines.add(HexFormat.of().formatHex(key) + " "
                                + HexFormat.of().formatHex(value)));
            }
        }
        return lines;
    }

    static Optional<Errno> errno(NameOutcome outcome) {
        return Errno.ofCode(outcome.getRefusal().getErrno());
    }

    static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    @Override
    public void close() {
        store.close();
    }
}
