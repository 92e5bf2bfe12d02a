package io.dbfs.supernode.names;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.EntryRecord;
import io.dbfs.proto.Inode;
import io.dbfs.proto.InodeType;
import io.dbfs.proto.NamespaceRecord;
import io.dbfs.raft.ApplyContext;
import io.dbfs.raft.Mutation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The changes of one command while it is decided: reads see them for inodes, and nothing is changed until the whole
 * command succeeds. A failure is thrown as {@link FsException}, after which the draft is thrown away.
 *
 * <p>Entries are read as they were before the command: no operation reads an entry that it has written.
 */
final class Draft {
    static final long ROOT = 1;

    private static final int ROOT_MODE = 0755;
    /** Cookies below are the reader's, for "." and "..". */
    private static final int FIRST_COOKIE = 16;
    /** Cookies that one command may give out. */
    private static final int COOKIES_PER_COMMAND = 4;

    private final NamesReader reader;
    private final ApplyContext at;
    private final NamespaceRecord before;
    private final NamespaceRecord.Builder namespace;
    private final Map<Long, Inode.Builder> edited = new LinkedHashMap<>();
    private final Set<Long> removed = new HashSet<>();
    private final List<Mutation> mutations = new ArrayList<>();
    private int cookiesGiven;

    Draft(NamesReader reader, ApplyContext at) {
        this.reader = reader;
        this.at = at;
        this.before = reader.namespace();
        this.namespace = before.toBuilder();
        if (before.getLastInode() == 0) {
            createRoot();
        }
    }

    private void createRoot() {
        Inode.Builder root = create(InodeType.DIRECTORY).setMode(ROOT_MODE).setParent(ROOT);
        if (root.getId() != ROOT) {
            throw new IllegalStateException("first inode: " + root.getId() + " (expected: the root, " + ROOT + ")");
        }
    }

    /** The state before this command. */
    NamesReader reader() {
        return reader;
    }

    /** The index of this command in the log. */
    long index() {
        return at.index();
    }

    /** Nanoseconds since the epoch. */
    long now() {
        return at.timeNanos();
    }

    NamespaceRecord.Builder namespace() {
        return namespace;
    }

    /** An inode as this command has made it so far; ENOENT. */
    Inode get(long id) {
        Inode.Builder builder = edited.get(id);
        return builder != null ? builder.build() : reader.requireInode(id);
    }

    /** An inode to be changed; ENOENT. */
    Inode.Builder edit(long id) {
        Inode.Builder builder = edited.get(id);
        if (builder == null) {
            builder = reader.requireInode(id).toBuilder();
            edited.put(id, builder);
        }
        return builder;
    }

    /** A directory in which entries are to be changed; ENOENT, ENOTDIR. */
    Inode.Builder editDirectory(long id) {
        NamesReader.requireDirectory(get(id));
        return edit(id);
    }

    /** A new inode, with its times set and the link count of its type. */
    Inode.Builder create(InodeType type) {
        long id = namespace.getLastInode() + 1;
        namespace.setLastInode(id).setInodes(namespace.getInodes() + 1);
        Inode.Builder inode = Inode.newBuilder()
                .setId(id)
                .setType(type)
                .setLinkCount(type == InodeType.DIRECTORY ? 2 : 1)
                .setAtimeNanos(now())
                .setMtimeNanos(now())
                .setCtimeNanos(now())
                .setBirthNanos(now());
        edited.put(id, inode);
        return inode;
    }

    /** An inode that nothing refers to any more is forgotten with all that hangs on it. */
    void remove(Inode inode) {
        if (inode.getHasXattrs()) {
            mutations.add(new Mutation.DeletePrefix(Keys.xattrs(inode.getId())));
        }
        if (inode.getType() == InodeType.SYMLINK) {
            delete(Keys.symlink(inode.getId()));
        }
        delete(Keys.inode(inode.getId()));
        removed.add(inode.getId());
        namespace.setInodes(namespace.getInodes() - 1);
    }

    void addEntry(Inode.Builder parent, ByteString name, Inode child) {
        if (cookiesGiven == COOKIES_PER_COMMAND) {
            throw new IllegalStateException("entries of a command: more than " + COOKIES_PER_COMMAND);
        }
        long cookie = at.index() * COOKIES_PER_COMMAND + cookiesGiven++ + FIRST_COOKIE;
        putEntry(parent, name, cookie, child);
        parent.setSize(parent.getSize() + 1);
        countSubdirectory(parent, child.getType(), 1);
        touch(parent);
    }

    void removeEntry(Inode.Builder parent, EntryRecord entry) {
        delete(Keys.entry(parent.getId(), entry.getName()));
        delete(Keys.cookie(parent.getId(), entry.getCookie()));
        parent.setSize(parent.getSize() - 1);
        countSubdirectory(parent, entry.getType(), -1);
        touch(parent);
    }

    /** The entry stays where it is in a listing and names another inode. */
    void replaceEntry(Inode.Builder parent, EntryRecord entry, Inode child) {
        putEntry(parent, entry.getName(), entry.getCookie(), child);
        countSubdirectory(parent, entry.getType(), -1);
        countSubdirectory(parent, child.getType(), 1);
        touch(parent);
    }

    private void putEntry(Inode.Builder parent, ByteString name, long cookie, Inode child) {
        EntryRecord entry = EntryRecord.newBuilder()
                .setName(name)
                .setInode(child.getId())
                .setType(child.getType())
                .setCookie(cookie)
                .build();
        put(Keys.entry(parent.getId(), name), entry);
        put(Keys.cookie(parent.getId(), cookie), entry);
    }

    private static void countSubdirectory(Inode.Builder parent, InodeType child, int change) {
        if (child == InodeType.DIRECTORY) {
            parent.setLinkCount(parent.getLinkCount() + change);
        }
    }

    /** Entries of this directory have changed. */
    private void touch(Inode.Builder directory) {
        directory.setMtimeNanos(now()).setCtimeNanos(now());
    }

    void put(byte[] key, MessageLite value) {
        put(key, value.toByteArray());
    }

    void put(byte[] key, byte[] value) {
        mutations.add(new Mutation.Put(key, value));
    }

    void delete(byte[] key) {
        mutations.add(new Mutation.Delete(key));
    }

    /** The inodes changed, as they are now, in the order they were first touched. */
    List<Inode> changed() {
        return edited.values().stream().map(Inode.Builder::build).toList();
    }

    /** All that this command does. */
    List<Mutation> mutations() {
        List<Mutation> all = new ArrayList<>(mutations);
        for (Inode.Builder inode : edited.values()) {
            if (!removed.contains(inode.getId())) {
                all.add(new Mutation.Put(
                        Keys.inode(inode.getId()), inode.build().toByteArray()));
            }
        }
        NamespaceRecord after = namespace.build();
        if (!after.equals(before)) {
            all.add(new Mutation.Put(Keys.NAMESPACE, after.toByteArray()));
        }
        return all;
    }

    /** EEXIST when the name is taken. */
    void requireFree(long parent, ByteString name) {
        if (reader.entry(parent, name).isPresent()) {
            throw new FsException(Errno.EEXIST);
        }
    }

    /** ENOENT when the name is free. */
    EntryRecord requireEntry(long parent, ByteString name) {
        return reader.entry(parent, name).orElseThrow(() -> new FsException(Errno.ENOENT));
    }
}
