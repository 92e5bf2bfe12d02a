package io.dbfs.supernode.names;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.InodeType;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A tree of plain objects under the rules of POSIX, written without a look at the machine: what both agree on is right
 * twice. Counts (links, sizes) are counted, never kept.
 */
final class ModelTree {
    final Node root = new Node(InodeType.DIRECTORY, 0755, 0, 0);

    ModelTree(long bornNanos) {
        root.id = NamesFixture.ROOT;
        root.mtime = bornNanos;
        root.ctime = bornNanos;
    }

    static final class Node {
        final InodeType type;
        final Map<String, Node> children = new TreeMap<>();
        final Map<String, String> xattrs = new TreeMap<>();
        int mode;
        int uid;
        int gid;
        long id;
        long mtime;
        long ctime;
        String target = "";
        boolean gone;

        Node(InodeType type, int mode, int uid, int gid) {
            this.type = type;
            this.mode = mode;
            this.uid = uid;
            this.gid = gid;
        }

        boolean isDirectory() {
            return type == InodeType.DIRECTORY;
        }
    }

    Node create(Node parent, String name, Node child, boolean exclusive, long now) {
        requireDirectory(parent);
        Node existing = parent.children.get(name);
        if (existing != null) {
            if (exclusive || child.type != InodeType.REGULAR || existing.type != InodeType.REGULAR) {
                throw new FsException(Errno.EEXIST);
            }
            return existing;
        }
        if ((parent.mode & 02000) != 0) {
            child.gid = parent.gid;
            child.mode |= child.isDirectory() ? 02000 : 0;
        }
        child.mtime = now;
        child.ctime = now;
        parent.children.put(name, child);
        entriesChanged(parent, now);
        return child;
    }

    Node link(Node node, Node parent, String name, long now) {
        requireDirectory(parent);
        if (parent.children.containsKey(name)) {
            throw new FsException(Errno.EEXIST);
        }
        requireThere(node);
        if (node.isDirectory()) {
            throw new FsException(Errno.EPERM);
        }
        parent.children.put(name, node);
        node.ctime = now;
        entriesChanged(parent, now);
        return node;
    }

    Node remove(Node parent, String name, boolean directory, long now) {
        requireDirectory(parent);
        Node node = child(parent, name).orElseThrow(() -> new FsException(Errno.ENOENT));
        if (node.isDirectory() != directory) {
            throw new FsException(directory ? Errno.ENOTDIR : Errno.EISDIR);
        }
        if (!node.children.isEmpty()) {
            throw new FsException(Errno.ENOTEMPTY);
        }
        parent.children.remove(name);
        entriesChanged(parent, now);
        lostName(node, now);
        return node;
    }

    Node rename(Node from, String name, Node to, String newName, boolean noReplace, boolean exchange, long now) {
        requireDirectory(from);
        requireDirectory(to);
        Node moved = child(from, name).orElseThrow(() -> new FsException(Errno.ENOENT));
        Node target = to.children.get(newName);
        if (target != null && noReplace) {
            throw new FsException(Errno.EEXIST);
        }
        if (target == null && exchange) {
            throw new FsException(Errno.ENOENT);
        }
        if (isAbove(moved, to)) {
            throw new FsException(Errno.EINVAL);
        }
        if (target != null && isAbove(target, from)) {
            throw new FsException(exchange ? Errno.EINVAL : Errno.ENOTEMPTY);
        }
        if (moved == target) {
            return moved;
        }
        if (exchange && target != null) {
            from.children.put(name, target);
            to.children.put(newName, moved);
            target.ctime = now;
        } else {
            requireReplaceable(moved, target);
            from.children.remove(name);
            to.children.put(newName, moved);
            if (target != null) {
                lostName(target, now);
            }
        }
        moved.ctime = now;
        entriesChanged(from, now);
        entriesChanged(to, now);
        return moved;
    }

    private static void requireReplaceable(Node moved, @Nullable Node target) {
        if (target == null) {
            return;
        }
        if (moved.isDirectory() && !target.isDirectory()) {
            throw new FsException(Errno.ENOTDIR);
        }
        if (!moved.isDirectory() && target.isDirectory()) {
            throw new FsException(Errno.EISDIR);
        }
        if (!target.children.isEmpty()) {
            throw new FsException(Errno.ENOTEMPTY);
        }
    }

    void setMode(Node node, int mode, long now) {
        requireThere(node);
        if (node.type == InodeType.SYMLINK) {
            throw new FsException(Errno.EOPNOTSUPP);
        }
        node.mode = mode;
        node.ctime = now;
    }

    void setOwner(Node node, int uid, long now) {
        requireThere(node);
        node.uid = uid;
        if (!node.isDirectory()) {
            node.mode &= ~04000;
            if ((node.mode & 010) != 0) {
                node.mode &= ~02000;
            }
        }
        node.ctime = now;
    }

    void setXattr(Node node, String name, String value, long now) {
        requireThere(node);
        node.xattrs.put(name, value);
        node.ctime = now;
    }

    void removeXattr(Node node, String name, long now) {
        requireThere(node);
        if (node.xattrs.remove(name) == null) {
            throw new FsException(Errno.ENODATA);
        }
        node.ctime = now;
    }

    int links(Node node) {
        if (node.isDirectory()) {
            return 2
                    + (int) node.children.values().stream()
                            .filter(Node::isDirectory)
                            .count();
        }
        return (int) directories().stream()
                .flatMap(directory -> directory.children.values().stream())
                .filter(child -> child == node)
                .count();
    }

    Collection<Node> directories() {
        Deque<Node> found = new ArrayDeque<>();
        collect(root, found);
        return found;
    }

    private static void collect(Node directory, Deque<Node> found) {
        found.add(directory);
        directory.children.values().stream().filter(Node::isDirectory).forEach(child -> collect(child, found));
    }

    private void lostName(Node node, long now) {
        node.ctime = now;
        node.gone = node.isDirectory() || links(node) == 0;
    }

    private static Optional<Node> child(Node parent, String name) {
        return Optional.ofNullable(parent.children.get(name));
    }

    private static void requireThere(Node node) {
        if (node.gone) {
            throw new FsException(Errno.ENOENT);
        }
    }

    private static void requireDirectory(Node node) {
        requireThere(node);
        if (!node.isDirectory()) {
            throw new FsException(Errno.ENOTDIR);
        }
    }

    private static boolean isAbove(Node ancestor, Node node) {
        Deque<Node> below = new ArrayDeque<>();
        collect(ancestor, below);
        return ancestor.isDirectory() && below.contains(node);
    }

    private static void entriesChanged(Node directory, long now) {
        directory.mtime = now;
        directory.ctime = now;
    }
}
