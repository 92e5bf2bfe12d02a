package io.dbfs.daemon.cli;

import io.dbfs.common.Errno;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.proto.DirectoryEntry;
import io.dbfs.proto.FindNamesReply;
import io.dbfs.proto.FindNamesRequest;
import io.dbfs.proto.GetInodesReply;
import io.dbfs.proto.GetInodesRequest;
import io.dbfs.proto.Inode;
import io.dbfs.proto.NamesGrpc;
import io.dbfs.proto.NamesGrpc.NamesBlockingStub;
import io.dbfs.proto.ReadDirectoryReply;
import io.dbfs.proto.ReadDirectoryRequest;
import io.grpc.Channel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Finds the paths of inodes. A directory knows its parent, a file does not: its names are looked for among all entries, page by
 * page, once for all files together. What moves meanwhile may be missed.
 */
final class PathFinder {
    private static final long ROOT = 1;
    private static final long ANSWER_SECONDS = 10;
    /** Deeper than any path that can be made; ends the walk where directories are moved under it. */
    private static final int DEPTH_MAX = 10_000;

    private final Channel supernode;
    /** Paths of directories, without a slash at the end; absent for one that is gone. */
    private final Map<Long, Optional<String>> directories = new HashMap<>(Map.of(ROOT, Optional.of("")));

    PathFinder(Channel supernode) {
        this.supernode = supernode;
    }

    /** The paths of each inode that has a name. */
    Map<Long, List<String>> find(Collection<Long> inodes) {
        Map<Long, List<String>> paths = new HashMap<>();
        FindNamesRequest.Builder request = FindNamesRequest.newBuilder().addAllInodes(inodes);
        for (boolean end = false; !end; ) {
            FindNamesReply page = names().findNames(request.build());
            Refusals.check(page.getRefusal());
            for (FindNamesReply.Found found : page.getFoundList()) {
                directory(found.getDirectory())
                        .ifPresent(parent -> paths.computeIfAbsent(found.getInode(), key -> new ArrayList<>())
                                .add(parent + "/" + found.getName().toStringUtf8()));
            }
            end = page.getEnd();
            request.setAfterDirectory(page.getDirectory()).setAfterName(page.getName());
        }
        return paths;
    }

    private Optional<String> directory(long inode) {
        Optional<String> known = directories.get(inode);
        if (known == null) {
            known = resolve(inode);
            directories.put(inode, known);
        }
        return known;
    }

    /** Walks up to a directory that is known, and names what it passed. */
    private Optional<String> resolve(long inode) {
        List<String> below = new ArrayList<>();
        Set<Long> passed = new HashSet<>();
        long at = inode;
        while (!directories.containsKey(at)) {
            if (!passed.add(at) || passed.size() > DEPTH_MAX) {
                return Optional.empty();
            }
            long directory = at;
            Optional<Long> parent = parent(directory);
            Optional<String> name = parent.flatMap(above -> nameIn(above, directory));
            if (name.isEmpty()) {
                return Optional.empty();
            }
            below.add(name.get());
            at = parent.get();
        }
        Collections.reverse(below);
        String rest = below.isEmpty() ? "" : "/" + String.join("/", below);
        return directories.getOrDefault(at, Optional.empty()).map(above -> above + rest);
    }

    private Optional<Long> parent(long directory) {
        GetInodesReply reply = names().getInodes(
                        GetInodesRequest.newBuilder().addIds(directory).build());
        Refusals.check(reply.getRefusal());
        return reply.getInodesList().stream().map(Inode::getParent).findFirst();
    }

    private Optional<String> nameIn(long parent, long child) {
        ReadDirectoryRequest.Builder request = ReadDirectoryRequest.newBuilder().setDirectory(parent);
        while (true) {
            ReadDirectoryReply page = names().readDirectory(request.build());
            if (page.getRefusal().getErrno() == Errno.ENOENT.code()) {
                return Optional.empty();
            }
            Refusals.check(page.getRefusal());
            for (DirectoryEntry entry : page.getEntriesList()) {
                if (entry.getInodeId() == child) {
                    return Optional.of(entry.getName().toStringUtf8());
                }
                request.setAfterCookie(entry.getCookie());
            }
            if (page.getEnd() || page.getEntriesCount() == 0) {
                return Optional.empty();
            }
        }
    }

    private NamesBlockingStub names() {
        return NamesGrpc.newBlockingStub(supernode).withDeadlineAfter(ANSWER_SECONDS, TimeUnit.SECONDS);
    }
}
