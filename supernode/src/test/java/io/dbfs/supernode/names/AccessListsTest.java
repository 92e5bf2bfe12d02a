package io.dbfs.supernode.names;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import io.dbfs.common.Errno;
import io.dbfs.proto.CreateOperation;
import io.dbfs.proto.Inode;
import io.dbfs.proto.InodeType;
import io.dbfs.proto.NameOperation;
import io.dbfs.proto.NameOutcome;
import io.dbfs.proto.RemoveXattrOperation;
import io.dbfs.proto.SetIdentityOperation;
import io.dbfs.proto.SetXattrOperation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Access control lists by acl(5): with modes, inherited, and refused. */
final class AccessListsTest {
    private static final int OWNER = 0x01;
    private static final int USER = 0x02;
    private static final int OWNING_GROUP = 0x04;
    private static final int GROUP = 0x08;
    private static final int MASK = 0x10;
    private static final int OTHER = 0x20;

    private final NamesFixture names = new NamesFixture();

    @AfterEach
    void close() {
        names.close();
    }

    @Test
    void anAccessListSetsTheModeAtOnce() {
        long file = names.file(NamesFixture.ROOT, "f");
        ByteString list = acl(OWNER, 6, 0, USER, 7, 5, OWNING_GROUP, 4, 0, MASK, 5, 0, OTHER, 1, 0);
        Inode after = set(file, AccessLists.ACCESS, list).getInode();
        assertEquals(0651, after.getMode());
        assertEquals(true, after.getHasXattrs());
        assertEquals(Optional.of(list), get(file, AccessLists.ACCESS));
    }

    @Test
    void aListThatSaysNoMoreThanTheModeIsNotKept() {
        long file = names.file(NamesFixture.ROOT, "f");
        set(file, AccessLists.ACCESS, acl(OWNER, 6, 0, USER, 7, 5, OWNING_GROUP, 4, 0, MASK, 5, 0, OTHER, 1, 0));
        Inode after = set(file, AccessLists.ACCESS, acl(OWNER, 7, 0, OWNING_GROUP, 5, 0, OTHER, 0, 0))
                .getInode();
        assertEquals(0750, after.getMode());
        assertEquals(false, after.getHasXattrs());
        assertEquals(Optional.empty(), get(file, AccessLists.ACCESS));
    }

    @Test
    void chmodChangesOwnerMaskAndOthers() {
        long file = names.file(NamesFixture.ROOT, "f");
        set(file, AccessLists.ACCESS, acl(OWNER, 6, 0, USER, 7, 5, OWNING_GROUP, 4, 0, MASK, 7, 0, OTHER, 1, 0));
        assertEquals(04612, chmod(file, 04612).getMode());
        assertEquals(
                Optional.of(acl(OWNER, 6, 0, USER, 7, 5, OWNING_GROUP, 4, 0, MASK, 1, 0, OTHER, 2, 0)),
                get(file, AccessLists.ACCESS));
    }

    @Test
    void whatIsMadeInheritsTheDefaultListInsteadOfTheUmask() {
        long directory = names.directory(NamesFixture.ROOT, "d");
        ByteString defaults = acl(OWNER, 7, 0, USER, 6, 9, OWNING_GROUP, 5, 0, GROUP, 7, 8, MASK, 7, 0, OTHER, 5, 0);
        set(directory, AccessLists.DEFAULT, defaults);
        assertEquals(0755, names.inode(directory).getMode(), "a default list changes no mode");

        Inode file = create(directory, "f", InodeType.REGULAR, 0640, 077);
        assertEquals(0640, file.getMode());
        assertEquals(
                Optional.of(acl(OWNER, 6, 0, USER, 6, 9, OWNING_GROUP, 5, 0, GROUP, 7, 8, MASK, 4, 0, OTHER, 0, 0)),
                get(file.getId(), AccessLists.ACCESS));
        assertEquals(Optional.empty(), get(file.getId(), AccessLists.DEFAULT));

        Inode below = create(directory, "sub", InodeType.DIRECTORY, 0777, 077);
        assertEquals(0775, below.getMode());
        assertEquals(Optional.of(defaults), get(below.getId(), AccessLists.DEFAULT));
        Inode fifo = create(below.getId(), "p", InodeType.FIFO, 0666, 077);
        assertEquals(0664, fifo.getMode());
        Inode link = names.symlink(directory, "l", "f").getInode();
        assertEquals(false, link.getHasXattrs());
    }

    @Test
    void withoutADefaultListTheUmaskHolds() {
        assertEquals(
                0640,
                create(NamesFixture.ROOT, "f", InodeType.REGULAR, 0666, 027).getMode());
        assertEquals(
                01750,
                create(NamesFixture.ROOT, "d", InodeType.DIRECTORY, 01777, 027).getMode());
    }

    @Test
    void aMinimalDefaultListLeavesTheModeAlone() {
        long directory = names.directory(NamesFixture.ROOT, "d");
        set(directory, AccessLists.DEFAULT, acl(OWNER, 7, 0, OWNING_GROUP, 0, 0, OTHER, 0, 0));
        Inode file = create(directory, "f", InodeType.REGULAR, 0666, 022);
        assertEquals(0600, file.getMode());
        assertEquals(false, file.getHasXattrs());
    }

    @Test
    void removingAListLeavesTheMode() {
        long file = names.file(NamesFixture.ROOT, "f");
        set(file, AccessLists.ACCESS, acl(OWNER, 6, 0, USER, 7, 5, OWNING_GROUP, 4, 0, MASK, 5, 0, OTHER, 1, 0));
        assertEquals(0651, remove(file, AccessLists.ACCESS).getInode().getMode());
        assertEquals(Optional.of(Errno.ENODATA), NamesFixture.errno(remove(file, AccessLists.ACCESS)));
    }

    @Test
    void anEmptyDefaultListIsNone() {
        long directory = names.directory(NamesFixture.ROOT, "d");
        set(directory, AccessLists.DEFAULT, acl(OWNER, 7, 0, OWNING_GROUP, 0, 0, OTHER, 0, 0));
        assertEquals(
                false, set(directory, AccessLists.DEFAULT, acl()).getInode().getHasXattrs());
    }

    @Test
    void whatIsNotValidIsRefused() {
        long file = names.file(NamesFixture.ROOT, "f");
        refused(Errno.EINVAL, file, ByteString.EMPTY);
        refused(Errno.EINVAL, file, acl(OWNER, 6, 0, OTHER, 4, 0));
        refused(Errno.EINVAL, file, acl(OWNER, 6, 0, USER, 7, 5, OWNING_GROUP, 4, 0, OTHER, 4, 0));
        refused(Errno.EINVAL, file, acl(OWNER, 8, 0, OWNING_GROUP, 4, 0, OTHER, 4, 0));
        refused(Errno.EINVAL, file, acl(OWNER, 6, 0, OWNER, 6, 0, OWNING_GROUP, 4, 0, OTHER, 4, 0));
        refused(Errno.EINVAL, file, acl(OWNING_GROUP, 4, 0, OWNER, 6, 0, OTHER, 4, 0));
        refused(Errno.EINVAL, file, acl(OWNER, 6, 0, 3, 6, 0, OWNING_GROUP, 4, 0, OTHER, 4, 0));
        refused(Errno.EINVAL, file, acl(OWNER, 6, 0, USER, 6, -1, OWNING_GROUP, 4, 0, MASK, 7, 0, OTHER, 4, 0));
        refused(
                Errno.EINVAL,
                file,
                acl(OWNER, 6, 0, OWNING_GROUP, 4, 0, OTHER, 4, 0).substring(0, 27));
        refused(
                Errno.EOPNOTSUPP,
                file,
                ByteString.copyFrom(new byte[] {3, 0, 0, 0})
                        .concat(acl(OWNER, 6, 0).substring(4)));
        assertEquals(
                Optional.of(Errno.EACCES),
                NamesFixture.errno(set(file, AccessLists.DEFAULT, acl(OWNER, 7, 0, OWNING_GROUP, 0, 0, OTHER, 0, 0))));
        long link = names.symlink(NamesFixture.ROOT, "l", "f").getInode().getId();
        refused(Errno.EOPNOTSUPP, link, acl(OWNER, 7, 0, OWNING_GROUP, 0, 0, OTHER, 0, 0));
        assertEquals(0644, names.inode(file).getMode());
    }

    private void refused(Errno errno, long inode, ByteString list) {
        assertEquals(Optional.of(errno), NamesFixture.errno(set(inode, AccessLists.ACCESS, list)));
    }

    private NameOutcome set(long inode, ByteString name, ByteString value) {
        return names.run(NameOperation.newBuilder()
                .setSetXattr(SetXattrOperation.newBuilder()
                        .setInode(inode)
                        .setName(name)
                        .setValue(value)));
    }

    private NameOutcome remove(long inode, ByteString name) {
        return names.run(NameOperation.newBuilder()
                .setRemoveXattr(
                        RemoveXattrOperation.newBuilder().setInode(inode).setName(name)));
    }

    private Inode chmod(long inode, int mode) {
        return names.run(NameOperation.newBuilder()
                        .setSetIdentity(SetIdentityOperation.newBuilder()
                                .setInode(inode)
                                .setMode(mode)))
                .getInode();
    }

    private Inode create(long parent, String name, InodeType type, int mode, int umask) {
        return names.run(NameOperation.newBuilder()
                        .setCreate(CreateOperation.newBuilder()
                                .setParent(parent)
                                .setName(NamesFixture.bytes(name))
                                .setType(type)
                                .setMode(mode)
                                .setUmask(umask)
                                .setExclusive(true)))
                .getInode();
    }

    private Optional<ByteString> get(long inode, ByteString name) {
        return names.read(reader -> reader.xattr(inode, name));
    }

    /** Tag, permissions and id of each entry; the id counts for users and groups that are named. */
    private static ByteString acl(int... entries) {
        ByteBuffer bytes = ByteBuffer.allocate(4 + entries.length / 3 * 8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(2);
        for (int i = 0; i < entries.length; i += 3) {
            boolean named = entries[i] == USER || entries[i] == GROUP;
            bytes.putShort((short) entries[i]).putShort((short) entries[i + 1]).putInt(named ? entries[i + 2] : -1);
        }
        return ByteString.copyFrom(bytes.flip());
    }
}
