package io.dbfs.raft.jraft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.alipay.sofa.jraft.conf.ConfigurationManager;
import com.alipay.sofa.jraft.entity.EnumOutter.EntryType;
import com.alipay.sofa.jraft.entity.LogEntry;
import com.alipay.sofa.jraft.entity.LogId;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.entity.codec.v2.LogEntryV2CodecFactory;
import com.alipay.sofa.jraft.option.LogStorageOptions;
import com.alipay.sofa.jraft.option.RaftOptions;
import com.alipay.sofa.jraft.storage.LogStorage;
import com.alipay.sofa.jraft.storage.impl.RocksDBLogStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EarlierLogTest {
    private static final long FIRST = 41;
    private static final long LAST = 300;

    @TempDir
    Path group;

    private final ConfigurationManager configurations = new ConfigurationManager();
    private Path directory;

    @BeforeEach
    void writeAnEarlierLog() {
        directory = group.resolve("log");
        LogStorage earlier = new RocksDBLogStorage(directory.toString(), new RaftOptions());
        assertTrue(earlier.init(options(new ConfigurationManager())));
        for (long index = 1; index <= LAST; index++) {
            assertTrue(earlier.appendEntry(entry(index)));
        }
        assertTrue(earlier.truncatePrefix(FIRST));
        earlier.shutdown();
    }

    @Test
    void itsEntriesAreInTheNewOne() throws IOException {
        for (int start = 0; start < 2; start++) {
            assertHoldsAll();
        }
        assertFalse(Files.exists(directory.resolve("CURRENT")));
        assertEquals(List.of(directory), inGroup());
    }

    @Test
    void aCopyThatWasNotFinishedBeginsAnew() throws IOException {
        Files.createDirectories(group.resolve("log-copy"));
        Files.writeString(group.resolve("log-copy").resolve("0000000000000001"), "half");
        assertHoldsAll();
    }

    @Test
    void aCopyThatWasFinishedIsTaken() throws IOException {
        assertHoldsAll();
        Files.move(directory, group.resolve("log-copy"));
        Files.createDirectories(group.resolve("log-earlier").resolve("archive"));
        assertHoldsAll();
        assertEquals(List.of(directory), inGroup());
    }

    private void assertHoldsAll() {
        SegmentLogStorage log = new SegmentLogStorage(directory, Runnable::run, failure -> {});
        assertTrue(log.init(options(configurations)));
        assertEquals(FIRST, log.getFirstLogIndex());
        assertEquals(LAST, log.getLastLogIndex());
        for (long index = FIRST; index <= LAST; index++) {
            assertEquals(entry(index), log.getEntry(index));
        }
        assertEquals(100, configurations.getLastConfiguration().getId().getIndex());
        log.shutdown();
    }

    private List<Path> inGroup() throws IOException {
        try (var paths = Files.list(group)) {
            return paths.toList();
        }
    }

    private static LogEntry entry(long index) {
        boolean configures = index == 100;
        LogEntry entry = new LogEntry(configures ? EntryType.ENTRY_TYPE_CONFIGURATION : EntryType.ENTRY_TYPE_DATA);
        entry.setId(new LogId(index, 1 + index / 50));
        if (configures) {
            entry.setPeers(List.of(PeerId.parsePeer("localhost:1"), PeerId.parsePeer("localhost:2")));
        } else {
            entry.setData(ByteBuffer.wrap(("entry " + index).getBytes(StandardCharsets.UTF_8)));
        }
        return entry;
    }

    private static LogStorageOptions options(ConfigurationManager configurations) {
        LogStorageOptions options = new LogStorageOptions();
        options.setConfigurationManager(configurations);
        options.setLogEntryCodecFactory(LogEntryV2CodecFactory.getInstance());
        options.setGroupId("test");
        return options;
    }
}
