package io.dbfs.supernode.names;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.dbfs.proto.Inode;
import io.dbfs.proto.InodeType;
import io.dbfs.proto.NameOperation;
import io.dbfs.proto.RemoveXattrOperation;
import io.dbfs.proto.SetIdentityOperation;
import io.dbfs.proto.SetXattrOperation;
import io.dbfs.proto.TouchInodesOperation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** security.capability goes with the owner; times of reading come without anything else. */
final class CapabilityTest {
    private static final ByteString OTHER = ByteString.copyFromUtf8("user.other");

    private final NamesFixture names = new NamesFixture();

    @AfterEach
    void close() {
        names.close();
    }

    private Inode set(long inode, ByteString name) {
        return names.run(NameOperation.newBuilder()
                        .setSetXattr(SetXattrOperation.newBuilder()
                                .setInode(inode)
                                .setName(name)
                                .setValue(name)))
                .getInode();
    }

    private Inode chown(long inode) {
        return names.run(NameOperation.newBuilder()
                        .setSetIdentity(SetIdentityOperation.newBuilder()
                                .setInode(inode)
                                .setUid(7)))
                .getInode();
    }

    @Test
    void theInodeTellsWhetherItHasSome() {
        long file = names.file(NamesFixture.ROOT, "f");
        assertFalse(set(file, OTHER).getHasCapability());
        assertTrue(set(file, Capability.NAME).getHasCapability());
        Inode after = names.run(NameOperation.newBuilder()
                        .setRemoveXattr(
                                RemoveXattrOperation.newBuilder().setInode(file).setName(Capability.NAME)))
                .getInode();
        assertFalse(after.getHasCapability());
        assertTrue(after.getHasXattrs());
    }

    @Test
    void aNewOwnerOfAFileTakesThemAway() {
        long file = names.file(NamesFixture.ROOT, "f");
        set(file, Capability.NAME);
        Inode after = chown(file);
        assertFalse(after.getHasCapability());
        assertFalse(after.getHasXattrs());
        set(file, Capability.NAME);
        set(file, OTHER);
        assertTrue(chown(file).getHasXattrs());
        assertTrue(names.dump().stream().noneMatch(line -> line.contains("security.capability")));
    }

    @Test
    void aNewOwnerOfADirectoryLeavesThem() {
        long directory = names.directory(NamesFixture.ROOT, "d");
        set(directory, Capability.NAME);
        assertTrue(chown(directory).getHasCapability());
    }

    @Test
    void readingChangesAtimeAloneAndOnlyForwards() {
        long directory = names.directory(NamesFixture.ROOT, "d");
        Inode before = names.inode(directory);
        long later = before.getAtimeNanos() + 1_000;
        assertEquals(1, touch(directory, later));
        assertEquals(before.toBuilder().setAtimeNanos(later).build(), names.inode(directory));
        assertEquals(0, touch(directory, later - 500));
        assertEquals(0, touch(999_999, later), "one that is gone");
        assertEquals(later, names.inode(directory).getAtimeNanos());
    }

    @Test
    void anInodeKnowsWhenItWasMade() {
        Inode made =
                names.create(NamesFixture.ROOT, "f", InodeType.REGULAR, 0644).getInode();
        assertEquals(made.getCtimeNanos(), made.getBirthNanos());
        assertEquals(made.getBirthNanos(), chown(made.getId()).getBirthNanos());
    }

    private int touch(long inode, long atime) {
        return names.run(NameOperation.newBuilder()
                        .setTouch(TouchInodesOperation.newBuilder()
                                .addAccesses(TouchInodesOperation.Access.newBuilder()
                                        .setInode(inode)
                                        .setAtimeNanos(atime))))
                .getAlsoChangedCount();
    }
}
