package io.dbfs.raft.memory;

import io.dbfs.raft.Mutation;
import io.dbfs.raft.StateView;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** A state as one file: the index, then pairs with their lengths, then a length of -1. */
final class MemoryCheckpoint {
    private static final String FILE = "state";
    private static final int END = -1;
    private static final byte[] EVERY_KEY = new byte[0];

    private MemoryCheckpoint() {}

    static void write(StateView view, Path directory) throws IOException {
        Files.createDirectory(directory);
        try (FileChannel file = FileChannel.open(
                        directory.resolve(FILE), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(file)))) {
            out.writeLong(view.index());
            view.scan(EVERY_KEY, EVERY_KEY, (key, value) -> writePair(out, key, value));
            out.writeInt(END);
            out.flush();
            file.force(true);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    static MemoryState read(Path directory) throws IOException {
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(directory.resolve(FILE))))) {
            long index = in.readLong();
            List<Mutation> puts = new ArrayList<>();
            for (int keyBytes = in.readInt(); keyBytes != END; keyBytes = in.readInt()) {
                byte[] key = in.readNBytes(keyBytes);
                puts.add(new Mutation.Put(key, in.readNBytes(in.readInt())));
            }
            MemoryState state = new MemoryState();
            if (index > 0) {
                state.commit(index, puts);
            }
            return state;
        }
    }

    private static boolean writePair(DataOutputStream out, byte[] key, byte[] value) {
        try {
            out.writeInt(key.length);
            out.write(key);
            out.writeInt(value.length);
            out.write(value);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
