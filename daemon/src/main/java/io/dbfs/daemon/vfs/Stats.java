package io.dbfs.daemon.vfs;

import io.dbfs.common.Attributes;
import io.dbfs.common.ClusterId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.daemon.client.Clusters;
import io.dbfs.daemon.client.NamesClient;
import io.dbfs.fuse.AccessTimes;
import io.dbfs.proto.FileAttributes;
import io.dbfs.proto.GetInodesRequest;
import io.dbfs.proto.Inode;
import io.dbfs.proto.InodeType;
import io.dbfs.proto.OpenReply;
import io.dbfs.proto.SetIdentityOperation;
import io.dbfs.proto.StatReply;
import io.dbfs.proto.StatRequest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Attributes of inodes: from the open file, from the cache, or from supernode and clusters. Thread-safe; blocks. */
final class Stats {
    /** Files one request asks for. */
    private static final int FILES_PER_REQUEST = 1_000;

    private final NamesClient names;
    private final Clusters clusters;
    private final InodeCache cache;
    private final OpenFiles open;
    private final FileEnds ends;
    private final ContentMaps maps = new ContentMaps();
    private final ReadTimes readTimes;

    Stats(
            NamesClient names,
            Clusters clusters,
            InodeCache cache,
            OpenFiles open,
            FileEnds ends,
            InstantSource clock,
            AccessTimes accessTimes,
            AccessTimes directoryTimes) {
        this.names = names;
        this.clusters = clusters;
        this.cache = cache;
        this.open = open;
        this.ends = ends;
        this.readTimes = new ReadTimes(accessTimes, directoryTimes, names, clusters, clock, this);
    }

    /** When files were last read here. */
    ReadTimes readTimes() {
        return readTimes;
    }

    /** Everything stat(2) tells; ENOENT when the inode is gone and not open here. */
    Attributes of(InodeId inode) {
        return of(identity(inode));
    }

    /** Everything stat(2) tells of an inode whose identity was just heard. */
    Attributes of(Inode identity) {
        return shown(identity, contents(identity));
    }

    /** As the kernel is to be told. */
    private Attributes shown(Inode identity, FileAttributes contents) {
        OpenFile file = contents.getExists() ? open.get(new InodeId(identity.getId())) : null;
        long size = file == null ? contents.getSize() : ends.tellable(file, contents.getSize());
        return readTimes.shown(AttributeViews.merge(
                identity,
                size == contents.getSize()
                        ? contents
                        : contents.toBuilder().setSize(size).build()));
    }

    /** Of an inode that was just made: nothing was written to it. */
    Attributes ofNew(Inode identity) {
        if (hasContents(identity)) {
            cache.isNew(identity);
        }
        return AttributeViews.merge(identity, FileAttributes.getDefaultInstance());
    }

    /** The identity, not older than the attributes' validity. */
    Inode identity(InodeId inode) {
        Inode known = cache.identity(inode);
        return known != null ? known : ask(inode);
    }

    /** The identity, however old: for its type and its home cluster. */
    Inode oldIdentity(InodeId inode) {
        OpenFile file = open.get(inode);
        if (file != null) {
            return file.identity();
        }
        Inode known = cache.oldIdentity(inode);
        return known != null ? known : ask(inode);
    }

    /** Whether the inode may have extended attributes. */
    boolean hasXattrs(InodeId inode) {
        OpenFile file = open.get(inode);
        return (file == null || file.isIdentityOutdated() ? identity(inode) : file.identity()).getHasXattrs();
    }

    /** Whether an open file has capabilities, which writing to it takes away. */
    boolean hasCapability(OpenFile file) {
        return identity(file.inode()).getHasCapability();
    }

    /** A program has listed a directory, or followed a symlink. */
    void wasRead(InodeId inode) {
        Inode identity = cache.oldIdentity(inode);
        if (identity != null) {
            readTimes.read(identity);
        }
    }

    /** Whether the inode is known, and known to be a directory. */
    boolean isDirectory(InodeId inode) {
        Inode identity = cache.oldIdentity(inode);
        return identity != null && identity.getType() == InodeType.DIRECTORY;
    }

    /** Whether anything was heard of the inode and not forgotten since. */
    boolean isKnown(InodeId inode) {
        return cache.oldIdentity(inode) != null;
    }

    /** The inode has no name any more; whether this mount lets go of it, because it does not hold it open. */
    boolean letGo(InodeId inode) {
        OpenFile file = open.get(inode);
        Inode last = cache.oldIdentity(inode);
        if (last != null && RemovedInode.isLeftOf(last)) {
            cache.heard(RemovedInode.of(last), cache.stamp());
        } else if (file == null) {
            // An open that is under way sees that the inode is not known any more, or is seen here.
            cache.forget(inode);
            file = open.get(inode);
        }
        if (file != null) {
            file.orphaned();
        }
        return file == null;
    }

    private Inode ask(InodeId inode) {
        long stamp = cache.stamp();
        List<Inode> found = names.getInodes(
                        GetInodesRequest.newBuilder().addIds(inode.value()).build())
                .getInodesList();
        if (!found.isEmpty()) {
            return heard(found.get(0), stamp);
        }
        Inode last = cache.oldIdentity(inode);
        if (last != null && RemovedInode.isLeftOf(last)) {
            return cache.heard(RemovedInode.of(last), stamp);
        }
        cache.forget(inode);
        OpenFile file = open.get(inode);
        if (file == null) {
            throw new FsException(Errno.ENOENT, inode + " does not exist");
        }
        file.orphaned();
        return file.identity();
    }

    /**
     * The supernode does not know the inode any more: changes what is left of it here, see {@link RemovedInode}.
     *
     * @throws FsException ENOENT when nothing is
     */
    void changeRemoved(InodeId inode, SetIdentityOperation change, long nowNanos) {
        Inode last = cache.oldIdentity(inode);
        if (last == null || !RemovedInode.isLeftOf(last)) {
            throw new FsException(Errno.ENOENT, inode + " does not exist");
        }
        cache.heard(RemovedInode.changed(last, change, nowNanos), cache.stamp());
    }

    /** To be taken before asking the supernode, and given with the answer. */
    long stamp() {
        return cache.stamp();
    }

    /** The supernode told this when asked at {@code stamp}. Returns the newest known. */
    Inode heard(Inode news, long stamp) {
        Inode newest = cache.heard(news, stamp);
        OpenFile file = open.get(new InodeId(news.getId()));
        if (file != null) {
            file.heard(newest);
        }
        return newest;
    }

    /** To be taken before asking a cluster, and given with the answer. */
    long stamp(ClusterId cluster) {
        return cache.stamp(cluster);
    }

    /** For how long the kernel may believe what was just told of an inode. Nanoseconds. */
    long forKernelNanos(InodeId inode) {
        return cache.forKernelNanos(inode);
    }

    /** A cluster told this when asked at {@code stamp}. */
    void heard(FileAttributes news, long stamp) {
        cache.heard(news, stamp);
        OpenFile file = open.get(new InodeId(news.getInode()));
        if (file != null) {
            file.observe(news);
        }
    }

    /** A cluster told this when asked at {@code stamp}. */
    void heard(OpenReply news, long stamp) {
        heard(news.getAttributes(), stamp);
        maps.put(new InodeId(news.getAttributes().getInode()), news);
    }

    /** The chunks of a file are not where its kept map says: the next open asks the cluster. */
    void forgetMap(InodeId inode) {
        maps.forget(inode);
    }

    /** What the cluster would tell of a file that is opened now; null when it has to be asked. */
    @Nullable
    OpenReply certainMap(InodeId inode) {
        FileAttributes contents = cache.certainContents(inode);
        OpenReply map = contents == null ? null : maps.get(inode, contents.getVersion());
        // Times change without a new version.
        return map == null || map.getAttributes().equals(contents)
                ? map
                : map.toBuilder().setAttributes(contents).build();
    }

    /**
     * An open file is about to be read: it is as the cluster has it, as far as that is to be believed now. The kernel asks for the
     * size before it reads into its pages, and not at all where it keeps none.
     */
    void renew(OpenFile file) {
        FileAttributes unused = contents(file.identity());
    }

    private FileAttributes contents(Inode identity) {
        if (!hasContents(identity)) {
            return FileAttributes.getDefaultInstance();
        }
        InodeId inode = new InodeId(identity.getId());
        FileAttributes local = dirty(inode);
        if (local != null) {
            return local;
        }
        FileAttributes known = cache.contents(inode);
        if (known == null) {
            known = ask(new ClusterId(identity.getHomeCluster()), List.of(inode))
                    .get(0);
        }
        OpenFile file = open.get(inode);
        if (file == null) {
            return known;
        }
        file.observe(known);
        return file.contents();
    }

    /** What only this mount knows, since it wrote it; null when there is nothing. */
    private @Nullable FileAttributes dirty(InodeId inode) {
        OpenFile file = open.get(inode);
        return file != null && file.isDirty() ? file.contents() : null;
    }

    /** The identities of these, at most 1000, with one request for all that are not known; null for what is gone. */
    List<@Nullable Inode> identities(List<InodeId> inodes) {
        GetInodesRequest.Builder request = GetInodesRequest.newBuilder();
        Map<InodeId, Inode> known = new HashMap<>();
        for (InodeId inode : inodes) {
            Inode identity = cache.identity(inode);
            if (identity == null) {
                request.addIds(inode.value());
            } else {
                known.put(inode, identity);
            }
        }
        if (request.getIdsCount() > 0) {
            long stamp = cache.stamp();
            for (Inode found : names.getInodes(request.build()).getInodesList()) {
                known.put(new InodeId(found.getId()), heard(found, stamp));
            }
        }
        List<@Nullable Inode> identities = new ArrayList<>(inodes.size());
        inodes.forEach(inode -> identities.add(known.get(inode)));
        return identities;
    }

    /** Of all of these, with one request for each home cluster and thousand files. */
    List<Attributes> of(List<Inode> identities) {
        Map<InodeId, FileAttributes> contents = new HashMap<>();
        Map<Integer, List<InodeId>> wanted = new LinkedHashMap<>();
        for (Inode identity : identities) {
            if (hasContents(identity)) {
                InodeId inode = new InodeId(identity.getId());
                FileAttributes local = dirty(inode);
                FileAttributes known = local == null ? cache.contents(inode) : local;
                if (known != null) {
                    contents.put(inode, known);
                } else {
                    wanted.computeIfAbsent(identity.getHomeCluster(), cluster -> new ArrayList<>())
                            .add(inode);
                }
            }
        }
        wanted.forEach((cluster, inodes) ->
                ask(new ClusterId(cluster), inodes).forEach(file -> contents.put(new InodeId(file.getInode()), file)));
        return identities.stream()
                .map(identity -> shown(
                        identity,
                        contents.getOrDefault(new InodeId(identity.getId()), FileAttributes.getDefaultInstance())))
                .toList();
    }

    private List<FileAttributes> ask(ClusterId cluster, List<InodeId> inodes) {
        List<FileAttributes> answers = new ArrayList<>(inodes.size());
        for (int from = 0; from < inodes.size(); from += FILES_PER_REQUEST) {
            StatRequest.Builder request = StatRequest.newBuilder();
            inodes.subList(from, Math.min(inodes.size(), from + FILES_PER_REQUEST))
                    .forEach(inode -> request.addInodes(inode.value()));
            long stamp = cache.stamp(cluster);
            StatReply reply = clusters.of(cluster).stat(request.build());
            reply.getFilesList().forEach(file -> heard(file, stamp));
            answers.addAll(reply.getFilesList());
        }
        return answers;
    }

    private static boolean hasContents(Inode identity) {
        return identity.getType() == InodeType.REGULAR && identity.getHomeCluster() != 0;
    }
}
