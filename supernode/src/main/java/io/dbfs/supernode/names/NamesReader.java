package io.dbfs.supernode.names;

import com.google.protobuf.ByteString;
import com.google.protobuf.Parser;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.EntryRecord;
import io.dbfs.proto.Inode;
import io.dbfs.proto.InodeType;
import io.dbfs.proto.NamespaceRecord;
import io.dbfs.proto.OrphanRecord;
import io.dbfs.proto.RegisteredCluster;
import io.dbfs.proto.SessionRecord;
import io.dbfs.raft.StateView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The namespace as of one state view. As thread-safe as the view, which the caller closes. */
public final class NamesReader {
    private final StateView view;

    public NamesReader(StateView view) {
        this.view = view;
    }

    /** Counts of the whole namespace; all zero before the first command. */
    public NamespaceRecord namespace() {
        return get(Keys.NAMESPACE, NamespaceRecord.parser()).orElse(NamespaceRecord.getDefaultInstance());
    }

    /** An inode, also one that lost its last name and is still held open. */
    public Optional<Inode> inode(long id) {
        return get(Keys.inode(id), Inode.parser());
    }

    /**
     * A directory.
     *
     * @throws FsException ENOENT, ENOTDIR
     */
    public Inode directory(long id) {
        return requireDirectory(requireInode(id));
    }

    /** The entry of a name. The directory is not checked. */
    public Optional<EntryRecord> entry(long directory, ByteString name) {
        return get(Keys.entry(directory, name), EntryRecord.parser());
    }

    /** At most {@code limit} entries after a cookie, by cookie. The directory is not checked. */
    public List<EntryRecord> entriesAfter(long directory, long cookie, int limit) {
        List<EntryRecord> entries = new ArrayList<>();
        // Cookies are unsigned, and there is none after the highest.
        if (limit > 0 && cookie != -1) {
            view.scan(Keys.cookies(directory), Keys.cookie(directory, cookie + 1), (key, value) -> {
                entries.add(Decoder.decode(EntryRecord.parser(), value));
                return entries.size() < limit;
            });
        }
        return entries;
    }

    /** Visits entries of all directories after the given one, by directory and name; from the first on for 0 and no name. */
    public void entriesAfter(long directory, ByteString name, EntryVisitor visitor) {
        view.scan(
                Keys.entries(),
                directory == 0 ? Keys.entries() : Keys.behindEntry(directory, name),
                (key, value) -> visitor.visit(
                        Keys.firstId(key),
                        Keys.entryName(key),
                        Decoder.decode(EntryRecord.parser(), value).getInode()));
    }

    /** Takes the entries of a scan. */
    public interface EntryVisitor {
        /** Whether it wants more. */
        boolean visit(long directory, ByteString name, long inode);
    }

    /**
     * A symlink's target.
     *
     * @throws FsException ENOENT; EINVAL when it is no symlink
     */
    public ByteString target(long inode) {
        if (requireInode(inode).getType() != InodeType.SYMLINK) {
            throw new FsException(Errno.EINVAL, "not a symlink");
        }
        return ByteString.copyFrom(view.get(Keys.symlink(inode)).orElseThrow());
    }

    /** An xattr's value. The inode is not checked. */
    public Optional<ByteString> xattr(long inode, ByteString name) {
        return view.get(Keys.xattr(inode, name)).map(ByteString::copyFrom);
    }

    /** An inode's xattrs, by name. The inode is not checked. */
    public Map<ByteString, ByteString> xattrs(long inode) {
        Map<ByteString, ByteString> xattrs = new LinkedHashMap<>();
        scan(Keys.xattrs(inode), (key, value) -> {
            xattrs.put(Keys.xattrName(key), ByteString.copyFrom(value));
            return true;
        });
        return xattrs;
    }

    /** A session, also one that is ending. */
    public Optional<SessionRecord> session(long id) {
        return get(Keys.session(id), SessionRecord.parser());
    }

    /** Every session, also those that are ending, by id. */
    public Map<Long, SessionRecord> sessions() {
        Map<Long, SessionRecord> sessions = new LinkedHashMap<>();
        scan(Keys.SESSIONS, (key, value) -> {
            sessions.put(Keys.firstId(key), Decoder.decode(SessionRecord.parser(), value));
            return true;
        });
        return sessions;
    }

    /** At most {@code limit} orphans that wait for a session. */
    public List<Long> orphansWaitingFor(long session, int limit) {
        return secondIds(Keys.orphanWaits(session), limit);
    }

    /** At most {@code limit} files whose contents a cluster has to drop. */
    public List<Long> releases(int cluster, int limit) {
        return secondIds(Keys.releases(cluster), limit);
    }

    /** Every cluster there ever was, by id. */
    public List<RegisteredCluster> clusters() {
        List<RegisteredCluster> clusters = new ArrayList<>();
        scan(Keys.CLUSTERS, (key, value) -> clusters.add(Decoder.decode(RegisteredCluster.parser(), value)));
        return clusters;
    }

    /** The cluster of a name. */
    public Optional<RegisteredCluster> cluster(String name) {
        return clusters().stream()
                .filter(cluster -> cluster.getName().equals(name))
                .findFirst();
    }

    static Inode requireDirectory(Inode inode) {
        if (inode.getType() != InodeType.DIRECTORY) {
            throw new FsException(Errno.ENOTDIR);
        }
        return inode;
    }

    Inode requireInode(long id) {
        return inode(id).orElseThrow(() -> new FsException(Errno.ENOENT));
    }

    Optional<OrphanRecord> orphan(long inode) {
        return get(Keys.orphan(inode), OrphanRecord.parser());
    }

    boolean contains(byte[] key) {
        return view.get(key).isPresent();
    }

    private List<Long> secondIds(byte[] prefix, int limit) {
        List<Long> ids = new ArrayList<>();
        scan(prefix, (key, value) -> {
            ids.add(Keys.secondId(key));
            return ids.size() < limit;
        });
        return ids;
    }

    private void scan(byte[] prefix, StateView.Visitor visitor) {
        view.scan(prefix, prefix, visitor);
    }

    private <M> Optional<M> get(byte[] key, Parser<M> parser) {
        return view.get(key).map(value -> Decoder.decode(parser, value));
    }
}
