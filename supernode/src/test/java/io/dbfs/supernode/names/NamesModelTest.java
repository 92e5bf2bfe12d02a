package io.dbfs.supernode.names;

import static io.dbfs.supernode.names.NamesFixture.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.EntryRecord;
import io.dbfs.proto.Inode;
import io.dbfs.proto.InodeType;
import io.dbfs.proto.NameOperation;
import io.dbfs.proto.NameOutcome;
import io.dbfs.proto.RemoveXattrOperation;
import io.dbfs.proto.SetIdentityOperation;
import io.dbfs.proto.SetXattrOperation;
import io.dbfs.supernode.names.ModelTree.Node;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random operations on the machine and on a model: every result, and again and again the whole tree, are the same. */
class NamesModelTest {
    private static final int STEPS = 3000;
    private static final int STEPS_BETWEEN_WALKS = 250;
    private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");
    private static final List<InodeType> TYPES = List.of(
            InodeType.REGULAR,
            InodeType.REGULAR,
            InodeType.DIRECTORY,
            InodeType.DIRECTORY,
            InodeType.SYMLINK,
            InodeType.FIFO);

    private final NamesFixture names = new NamesFixture();
    private final List<Node> nodes = new ArrayList<>();
    private SplittableRandom random = new SplittableRandom(0);
    private ModelTree model = new ModelTree(0);

    @AfterEach
    void close() {
        names.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20261122})
    void machineAndModelAgree(long seed) {
        run(seed);
    }

    @Test
    void machineAndModelAgreeOnAFreshSeed() {
        run(new SecureRandom().nextLong());
    }

    private void run(long seed) {
        System.out.println("seed " + seed);
        random = new SplittableRandom(seed);
        names.releaseOrphans(0, List.of());
        model = new ModelTree(names.now());
        nodes.add(model.root);
        for (int step = 1; step <= STEPS; step++) {
            step("seed " + seed + " step " + step);
            if (step % STEPS_BETWEEN_WALKS == 0) {
                compareTrees("seed " + seed + " after step " + step);
            }
        }
    }

    private void step(String where) {
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> create(where);
            case 3 -> link(where);
            case 4 -> remove(where, random.nextInt(3) == 0);
            case 5, 6, 7, 8 -> rename(where);
            case 9 -> setMode(where);
            case 10 -> setOwner(where);
            default -> xattr(where);
        }
    }

    private void create(String where) {
        Node parent = node();
        String name = name();
        Node child = new Node(TYPES.get(random.nextInt(TYPES.size())), mode(), random.nextInt(3), random.nextInt(3));
        boolean exclusive = random.nextBoolean();
        names.actAs(child.uid, child.gid);
        NameOutcome outcome;
        if (child.type == InodeType.SYMLINK) {
            child.mode = 0777;
            child.target = "to-" + name;
            outcome = names.symlink(parent.id, name, child.target);
        } else {
            outcome = names.create(parent.id, name, child.type, child.mode, exclusive);
        }
        child.id = outcome.getInode().getId();
        boolean made = compare(where, outcome, () -> model.create(parent, name, child, exclusive, names.now()));
        if (made && outcome.getCreated()) {
            nodes.add(child);
        }
    }

    private void link(String where) {
        Node node = node();
        Node parent = node();
        String name = name();
        compare(where, names.link(node.id, parent.id, name), () -> model.link(node, parent, name, names.now()));
    }

    private void remove(String where, boolean directory) {
        Node parent = node();
        String name = name();
        NameOutcome outcome = directory ? names.removeDirectory(parent.id, name) : names.unlink(parent.id, name);
        compare(where, outcome, () -> model.remove(parent, name, directory, names.now()));
        nodes.removeIf(node -> node.gone && random.nextBoolean());
    }

    private void rename(String where) {
        Node from = node();
        Node to = random.nextBoolean() ? from : node();
        String name = name();
        String newName = name();
        boolean noReplace = random.nextInt(4) == 0;
        boolean exchange = !noReplace && random.nextInt(3) == 0;
        compare(
                where,
                names.rename(from.id, name, to.id, newName, noReplace, exchange),
                () -> model.rename(from, name, to, newName, noReplace, exchange, names.now()));
    }

    private void setMode(String where) {
        Node node = node();
        int mode = mode();
        NameOutcome outcome = names.run(NameOperation.newBuilder()
                .setSetIdentity(
                        SetIdentityOperation.newBuilder().setInode(node.id).setMode(mode)));
        compare(where, outcome, () -> {
            model.setMode(node, mode, names.now());
            return node;
        });
    }

    private void setOwner(String where) {
        Node node = node();
        int uid = random.nextInt(5);
        NameOutcome outcome = names.run(NameOperation.newBuilder()
                .setSetIdentity(
                        SetIdentityOperation.newBuilder().setInode(node.id).setUid(uid)));
        compare(where, outcome, () -> {
            model.setOwner(node, uid, names.now());
            return node;
        });
    }

    private void xattr(String where) {
        Node node = node();
        String name = "user." + name();
        if (random.nextBoolean()) {
            NameOutcome outcome = names.run(NameOperation.newBuilder()
                    .setSetXattr(SetXattrOperation.newBuilder()
                            .setInode(node.id)
                            .setName(bytes(name))
                            .setValue(bytes(where))));
            compare(where, outcome, () -> {
                model.setXattr(node, name, where, names.now());
                return node;
            });
            return;
        }
        NameOutcome outcome = names.run(NameOperation.newBuilder()
                .setRemoveXattr(
                        RemoveXattrOperation.newBuilder().setInode(node.id).setName(bytes(name))));
        compare(where, outcome, () -> {
            model.removeXattr(node, name, names.now());
            return node;
        });
    }

    /** True when both succeeded. */
    private boolean compare(String where, NameOutcome outcome, Supplier<Node> expected) {
        Optional<Errno> errno = NamesFixture.errno(outcome);
        try {
            Node node = expected.get();
            assertEquals(Optional.empty(), errno, where + ": " + outcome);
            compareInode(where, node, outcome.getInode());
            return true;
        } catch (FsException failure) {
            assertEquals(Optional.of(failure.errno()), errno, where + ": " + outcome);
            return false;
        }
    }

    private void compareInode(String where, Node node, Inode inode) {
        assertEquals(node.id, inode.getId(), where);
        assertEquals(node.type, inode.getType(), where);
        assertEquals(node.mode, inode.getMode(), where);
        assertEquals(node.uid, inode.getUid(), where);
        assertEquals(node.gid, inode.getGid(), where);
        assertEquals(node.gone ? 0 : model.links(node), inode.getLinkCount(), where);
        assertEquals(node.ctime, inode.getCtimeNanos(), where);
        assertEquals(node.mtime, inode.getMtimeNanos(), where);
        assertEquals(!node.xattrs.isEmpty(), inode.getHasXattrs(), where);
        long size = node.type == InodeType.DIRECTORY ? node.children.size() : node.target.length();
        assertEquals(size, inode.getSize(), where);
    }

    private void compareTrees(String where) {
        Set<Long> inodes = new HashSet<>();
        for (Node directory : model.directories()) {
            inodes.add(directory.id);
            Map<String, Node> listed = new TreeMap<>();
            for (EntryRecord entry : names.read(reader -> reader.entriesAfter(directory.id, 0, 1000))) {
                String name = entry.getName().toStringUtf8();
                Node child = directory.children.get(name);
                assertEquals(child == null ? 0 : child.id, entry.getInode(), where + ": " + name);
                assertEquals(
                        entry,
                        names.read(reader ->
                                reader.entry(directory.id, entry.getName()).orElseThrow()));
                listed.put(name, Objects.requireNonNull(child));
                compareChild(where + ": " + name, directory, listed.get(name));
                inodes.add(entry.getInode());
            }
            assertEquals(directory.children.keySet(), listed.keySet(), where);
        }
        assertEquals(inodes.size(), names.read(NamesReader::namespace).getInodes(), where);
    }

    private void compareChild(String where, Node parent, Node child) {
        Inode inode = names.inode(child.id);
        compareInode(where, child, inode);
        if (child.type == InodeType.DIRECTORY) {
            assertEquals(parent.id, inode.getParent(), where);
        }
        if (child.type == InodeType.SYMLINK) {
            assertEquals(bytes(child.target), names.read(reader -> reader.target(child.id)), where);
        }
        Map<ByteString, ByteString> xattrs = child.xattrs.entrySet().stream()
                .collect(Collectors.toMap(xattr -> bytes(xattr.getKey()), xattr -> bytes(xattr.getValue())));
        assertEquals(xattrs, names.read(reader -> reader.xattrs(child.id)), where);
    }

    private Node node() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    private String name() {
        return NAMES.get(random.nextInt(NAMES.size()));
    }

    private int mode() {
        return random.nextInt(010000);
    }
}
