package io.dbfs.daemon.vfs;

import com.google.protobuf.ByteString;
import io.dbfs.daemon.chunk.ChunkPlacement;

/** Where the bytes of a range of a file are. */
sealed interface Source {
    /** The same source without its first {@code bytes} bytes. */
    Source skip(long bytes);

    /** Whether this goes on where {@code before}, {@code length} bytes long, ends: the two are one. */
    boolean continues(Source before, long length);

    /** Nowhere: zeros. */
    record Hole() implements Source {
        static final Hole INSTANCE = new Hole();

        @Override
        public Source skip(long bytes) {
            return this;
        }

        @Override
        public boolean continues(Source before, long length) {
            return before instanceof Hole;
        }
    }

    /** In a chunk that no node holds any more: reading it fails. */
    record Lost() implements Source {
        static final Lost INSTANCE = new Lost();

        @Override
        public Source skip(long bytes) {
            return this;
        }

        @Override
        public boolean continues(Source before, long length) {
            return before instanceof Lost;
        }
    }

    /** Here, as the cluster keeps them: beside the extent. */
    record Inline(ByteString bytes, int from) implements Source {
        @Override
        public Source skip(long skipped) {
            return new Inline(bytes, from + (int) skipped);
        }

        @Override
        public boolean continues(Source before, long length) {
            return false;
        }
    }

    /** In a stored chunk, from {@code from} on. */
    record Stored(ChunkPlacement chunk, int chunkLength, int from) implements Source {
        @Override
        public Source skip(long skipped) {
            return new Stored(chunk, chunkLength, from + (int) skipped);
        }

        @Override
        public boolean continues(Source before, long length) {
            return before instanceof Stored other
                    && other.chunk.chunk().equals(chunk.chunk())
                    && other.from + length == from;
        }
    }

    /** Written here and not committed yet. */
    record Logged(ChunkLog log, int from) implements Source {
        @Override
        public Source skip(long skipped) {
            return new Logged(log, from + (int) skipped);
        }

        @Override
        public boolean continues(Source before, long length) {
            return before instanceof Logged other && other.log == log && other.from + length == from;
        }
    }
}
