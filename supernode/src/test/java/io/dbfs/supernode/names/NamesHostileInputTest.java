package io.dbfs.supernode.names;

import com.google.protobuf.ByteString;
import io.dbfs.proto.CreateOperation;
import io.dbfs.proto.LinkOperation;
import io.dbfs.proto.NameOperation;
import io.dbfs.proto.ReleaseOrphansOperation;
import io.dbfs.proto.RemoveDirectoryOperation;
import io.dbfs.proto.RemoveXattrOperation;
import io.dbfs.proto.RenameOperation;
import io.dbfs.proto.SetIdentityOperation;
import io.dbfs.proto.SetXattrOperation;
import io.dbfs.proto.UnlinkOperation;
import java.security.SecureRandom;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** An exception halts every replica, so whatever a client sends, there must be none. */
class NamesHostileInputTest {
    private static final int OPERATIONS = 20_000;
    private static final int KINDS = 9;
    private static final List<ByteString> NAMES = List.of(
            ByteString.EMPTY,
            ByteString.copyFromUtf8("."),
            ByteString.copyFromUtf8(".."),
            ByteString.copyFromUtf8("a/b"),
            ByteString.copyFrom(new byte[] {0}),
            ByteString.copyFrom(new byte[] {(byte) 0xff, (byte) 0xfe}),
            ByteString.copyFrom(new byte[5000]),
            ByteString.copyFromUtf8("a"),
            ByteString.copyFromUtf8("b"),
            ByteString.copyFromUtf8("c"));

    private final long seed = new SecureRandom().nextLong();
    private final SplittableRandom random = new SplittableRandom(seed);

    @Test
    void noOperationOfAClientThrows() {
        System.out.println("seed " + seed);
        try (NamesFixture names = new NamesFixture()) {
            names.openSession();
            for (int i = 0; i < OPERATIONS; i++) {
                names.run(operation());
            }
        }
    }

    private NameOperation.Builder operation() {
        NameOperation.Builder operation = NameOperation.newBuilder();
        return switch (random.nextInt(KINDS)) {
            case 0 ->
                operation.setCreate(CreateOperation.newBuilder()
                        .setParent(id())
                        .setName(name())
                        .setTypeValue(random.nextInt(-1, 10))
                        .setMode(random.nextInt())
                        .setDevice(random.nextLong())
                        .setSymlinkTarget(name())
                        .setExclusive(random.nextBoolean()));
            case 1 ->
                operation.setLink(LinkOperation.newBuilder()
                        .setInode(id())
                        .setParent(id())
                        .setName(name()));
            case 2 ->
                operation.setUnlink(UnlinkOperation.newBuilder().setParent(id()).setName(name()));
            case 3 ->
                operation.setRemoveDirectory(
                        RemoveDirectoryOperation.newBuilder().setParent(id()).setName(name()));
            case 4 ->
                operation.setRename(RenameOperation.newBuilder()
                        .setParent(id())
                        .setName(name())
                        .setNewParent(id())
                        .setNewName(name())
                        .setNoReplace(random.nextInt(4) == 0)
                        .setExchange(random.nextInt(3) == 0));
            case 5 ->
                operation.setSetIdentity(SetIdentityOperation.newBuilder()
                        .setInode(id())
                        .setMode(random.nextInt())
                        .setUid(random.nextInt())
                        .setAtimeNanos(random.nextLong()));
            case 6 ->
                operation.setSetXattr(SetXattrOperation.newBuilder()
                        .setInode(id())
                        .setName(name())
                        .setValue(name()));
            case 7 ->
                operation.setRemoveXattr(
                        RemoveXattrOperation.newBuilder().setInode(id()).setName(name()));
            default ->
                operation.setReleaseOrphans(ReleaseOrphansOperation.newBuilder()
                        .setSession(random.nextInt(3))
                        .addInodes(id())
                        .addInodes(id()));
        };
    }

    private long id() {
        return random.nextInt(20) == 0 ? random.nextLong() : random.nextInt(-1, 30);
    }

    private ByteString name() {
        return NAMES.get(random.nextInt(NAMES.size()));
    }
}
