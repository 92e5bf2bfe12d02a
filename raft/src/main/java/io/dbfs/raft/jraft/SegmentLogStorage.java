package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.conf.ConfigurationEntry;
import com.alipay.sofa.jraft.conf.ConfigurationManager;
import com.alipay.sofa.jraft.entity.EnumOutter.EntryType;
import com.alipay.sofa.jraft.entity.LogEntry;
import com.alipay.sofa.jraft.entity.LogId;
import com.alipay.sofa.jraft.entity.codec.LogEntryCodecFactory;
import com.alipay.sofa.jraft.option.LogStorageOptions;
import com.alipay.sofa.jraft.storage.LogStorage;
import io.dbfs.raft.log.LogRecord;
import io.dbfs.raft.log.SegmentLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JRaft's log in a {@link SegmentLog}. RocksDB, which JRaft has for it, writes each entry into its own log, sorts it into
 * memory, and writes it once or twice more to files, for keys that only ever grow. Thread-safe.
 */
final class SegmentLogStorage implements LogStorage {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentLogStorage.class);

    private final Path directory;
    private final Executor background;
    private final Consumer<IOException> failures;
    private final RecentEntries recent = new RecentEntries();
    private @Nullable SegmentLog log;
    private @Nullable LogEntryCodecFactory codec;

    /**
     * Not open before {@link #init}.
     *
     * @param failures is told why that failed
     */
    SegmentLogStorage(Path directory, Executor background, Consumer<IOException> failures) {
        this.directory = directory;
        this.background = background;
        this.failures = failures;
    }

    @Override
    public boolean init(LogStorageOptions options) {
        codec = options.getLogEntryCodecFactory();
        ConfigurationManager configurations = options.getConfigurationManager();
        try {
            EarlierLog.replace(directory, options, background);
            log = SegmentLog.open(directory, background, record -> {
                if (record.kind() == EntryType.ENTRY_TYPE_CONFIGURATION_VALUE) {
                    configurations.add(configuration(decode(record)));
                }
            });
            return true;
        } catch (IOException e) {
            failures.accept(e);
            return false;
        }
    }

    @Override
    public void shutdown() {
        try {
            if (log != null) {
                log.close();
            }
        } catch (IOException e) {
            LOG.warn("close the log {}: {}", directory, e.toString());
        }
    }

    @Override
    public long getFirstLogIndex() {
        return open().first();
    }

    @Override
    public long getLastLogIndex() {
        return open().last();
    }

    @Override
    public @Nullable LogEntry getEntry(long index) {
        LogEntry known = recent.find(index);
        if (known != null) {
            return known;
        }
        try {
            return open().read(index).map(this::decode).orElse(null);
        } catch (IOException e) {
            LOG.error("read the log {} at index {}", directory, index, e);
            return null;
        }
    }

    @Override
    @Deprecated
    public long getTerm(long index) {
        LogEntry entry = getEntry(index);
        return entry == null ? 0 : entry.getId().getTerm();
    }

    @Override
    public boolean appendEntry(LogEntry entry) {
        return appendEntries(List.of(entry)) == 1;
    }

    /** All of them or none. */
    @Override
    public int appendEntries(List<LogEntry> entries) {
        boolean done = attempt(
                "append to",
                () -> open().append(entries.stream().map(this::encode).toList()));
        if (!done) {
            return 0;
        }
        recent.add(entries);
        return entries.size();
    }

    @Override
    public boolean truncatePrefix(long firstIndexKept) {
        return attempt("trim", () -> open().truncatePrefix(firstIndexKept));
    }

    @Override
    public boolean truncateSuffix(long lastIndexKept) {
        recent.clear();
        return attempt("cut", () -> open().truncateSuffix(lastIndexKept));
    }

    @Override
    public boolean reset(long nextLogIndex) {
        recent.clear();
        return attempt("empty", () -> open().reset(nextLogIndex));
    }

    private interface Change {
        void make() throws IOException;
    }

    private boolean attempt(String what, Change change) {
        try {
            change.make();
            return true;
        } catch (IOException e) {
            LOG.error("{} the log {}", what, directory, e);
            return false;
        }
    }

    private SegmentLog open() {
        return Objects.requireNonNull(log, "not open");
    }

    private LogRecord encode(LogEntry entry) {
        ByteBuffer bytes = entry.getType() == EntryType.ENTRY_TYPE_DATA
                ? entry.sliceData()
                : ByteBuffer.wrap(Objects.requireNonNull(codec).encoder().encode(entry));
        return new LogRecord(
                entry.getId().getIndex(),
                entry.getId().getTerm(),
                entry.getType().getNumber(),
                bytes);
    }

    private LogEntry decode(LogRecord record) {
        byte[] bytes = new byte[record.bytes().remaining()];
        record.bytes().duplicate().get(bytes);
        if (record.kind() != EntryType.ENTRY_TYPE_DATA_VALUE) {
            return Objects.requireNonNull(codec).decoder().decode(bytes);
        }
        LogEntry entry = new LogEntry(EntryType.ENTRY_TYPE_DATA);
        entry.setId(new LogId(record.index(), record.term()));
        entry.setData(ByteBuffer.wrap(bytes));
        return entry;
    }

    private static ConfigurationEntry configuration(LogEntry entry) {
        ConfigurationEntry configuration = new ConfigurationEntry();
        configuration.setId(entry.getId().copy());
        configuration.setConf(new Configuration(entry.getPeers(), entry.getLearners()));
        if (entry.getOldPeers() != null) {
            configuration.setOldConf(new Configuration(entry.getOldPeers(), entry.getOldLearners()));
        }
        return configuration;
    }
}
