package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.conf.ConfigurationManager;
import com.alipay.sofa.jraft.entity.LogEntry;
import com.alipay.sofa.jraft.option.LogStorageOptions;
import com.alipay.sofa.jraft.option.RaftOptions;
import com.alipay.sofa.jraft.storage.LogStorage;
import com.alipay.sofa.jraft.storage.impl.RocksDBLogStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A log as data directories of format 1 have it, in JRaft's RocksDB: it is copied once. */
final class EarlierLog {
    private static final Logger LOG = LoggerFactory.getLogger(EarlierLog.class);

    private EarlierLog() {}

    /** Puts a copy in place of an earlier log, if there is one; a crash leaves the one or the other. */
    static void replace(Path directory, LogStorageOptions options, Executor background) throws IOException {
        Path copy = directory.resolveSibling(directory.getFileName() + "-copy");
        Path earlier = setAside(directory);
        if (Files.exists(directory.resolve("CURRENT"))) {
            LOG.info("copy the log {} into the form of this version", directory);
            delete(copy);
            copy(directory, copy, options, background);
            Files.move(directory, earlier, StandardCopyOption.ATOMIC_MOVE);
        }
        if (Files.exists(earlier)) {
            if (Files.exists(copy)) {
                Files.move(copy, directory, StandardCopyOption.ATOMIC_MOVE);
            }
            try (FileChannel parent = FileChannel.open(directory.resolveSibling("."), StandardOpenOption.READ)) {
                parent.force(true);
            }
            delete(earlier);
        }
    }

    /** Where an earlier log is while its copy takes its place. */
    static Path setAside(Path directory) {
        return directory.resolveSibling(directory.getFileName() + "-earlier");
    }

    private static void copy(Path from, Path to, LogStorageOptions options, Executor background) throws IOException {
        LogStorageOptions own = new LogStorageOptions();
        own.setGroupId(options.getGroupId());
        own.setLogEntryCodecFactory(options.getLogEntryCodecFactory());
        own.setConfigurationManager(new ConfigurationManager());
        LogStorage source = new RocksDBLogStorage(from.toString(), new RaftOptions());
        SegmentLogStorage target = new SegmentLogStorage(to, background, e -> LOG.error("open the log {}", to, e));
        try {
            if (!source.init(own) || !target.init(own)) {
                throw new IOException("cannot copy the log " + from);
            }
            long first = source.getFirstLogIndex();
            if (!target.reset(first)) {
                throw new IOException("cannot write the log " + to);
            }
            for (long index = first; index <= source.getLastLogIndex(); index++) {
                LogEntry entry = source.getEntry(index);
                if (entry == null || target.appendEntries(List.of(entry)) != 1) {
                    throw new IOException("cannot copy the log " + from + " at index " + index);
                }
            }
        } finally {
            source.shutdown();
            target.shutdown();
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            paths.sorted(Comparator.reverseOrder()).forEach(EarlierLog::deleteOne);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void deleteOne(Path path) {
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
