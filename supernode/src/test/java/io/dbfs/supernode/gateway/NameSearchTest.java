package io.dbfs.supernode.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.CreateOperation;
import io.dbfs.proto.FindNamesReply;
import io.dbfs.proto.FindNamesRequest;
import io.dbfs.proto.InodeType;
import io.dbfs.proto.LinkOperation;
import io.dbfs.proto.NameOperation;
import io.dbfs.raft.memory.LocalGroup;
import io.dbfs.raft.memory.MemoryKvStore;
import io.dbfs.supernode.names.NamesMachine;
import io.dbfs.supernode.replica.Namespace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Finding the names of inodes among all entries. */
class NameSearchTest {
    private static final long ROOT = 1;

    private final LocalGroup group =
            new LocalGroup(new NamesMachine(), new MemoryKvStore(), () -> Instant.ofEpochSecond(1));
    private final Namespace namespace = new Namespace(group, raftAddress -> "");

    @AfterEach
    void close() {
        group.close();
    }

    @Test
    void everyNameOfEveryInodeAskedForIsFoundOnceAcrossPages() {
        long directory = make(ROOT, "directory", InodeType.DIRECTORY);
        List<Long> wanted = new ArrayList<>();
        for (int i = 0; i < NameSearch.ENTRIES_MAX; i++) {
            long inode = make(i % 2 == 0 ? ROOT : directory, "f" + i, InodeType.FIFO);
            if (i % 100 == 0) {
                wanted.add(inode);
            }
        }
        long twice = make(ROOT, "twice", InodeType.FIFO);
        link(twice, directory, "again");
        wanted.add(twice);
        List<String> found = find(wanted);
        assertEquals(wanted.size() + 1, found.size());
        assertTrue(found.contains(twice + " " + ROOT + " twice"));
        assertTrue(found.contains(twice + " " + directory + " again"));
        assertEquals(found.size(), found.stream().distinct().count());
    }

    @Test
    void nothingIsFoundOfAnInodeWithoutAName() {
        make(ROOT, "other", InodeType.FIFO);
        assertEquals(List.of(), find(List.of(99L)));
    }

    @Test
    void tooManyInodesFailWithEinval() {
        FindNamesRequest request = FindNamesRequest.newBuilder()
                .addAllInodes(Collections.nCopies(NameSearch.INODES_MAX + 1, 5L))
                .build();
        FsException failure =
                assertThrows(FsException.class, () -> namespace.readHere(names -> NameSearch.find(names, request)));
        assertEquals(Errno.EINVAL, failure.errno());
    }

    private List<String> find(List<Long> inodes) {
        List<String> all = new ArrayList<>();
        FindNamesRequest.Builder request = FindNamesRequest.newBuilder().addAllInodes(inodes);
        for (boolean end = false; !end; ) {
            FindNamesReply page = namespace.readHere(names -> NameSearch.find(names, request.build()));
            page.getFoundList()
                    .forEach(found -> all.add(found.getInode() + " " + found.getDirectory() + " "
                            + found.getName().toStringUtf8()));
            end = page.getEnd();
            request.setAfterDirectory(page.getDirectory()).setAfterName(page.getName());
        }
        return all;
    }

    private long make(long parent, String name, InodeType type) {
        return namespace
                .execute(
                        NameOperation.newBuilder()
                                .setCreate(CreateOperation.newBuilder()
                                        .setParent(parent)
                                        .setName(ByteString.copyFromUtf8(name))
                                        .setType(type)
                                        .setExclusive(true))
                                .build(),
                        0)
                .join()
                .getInode()
                .getId();
    }

    private void link(long inode, long parent, String name) {
        int errno = namespace
                .execute(
                        NameOperation.newBuilder()
                                .setLink(LinkOperation.newBuilder()
                                        .setInode(inode)
                                        .setParent(parent)
                                        .setName(ByteString.copyFromUtf8(name)))
                                .build(),
                        0)
                .join()
                .getRefusal()
                .getErrno();
        assertEquals(0, errno);
    }
}
