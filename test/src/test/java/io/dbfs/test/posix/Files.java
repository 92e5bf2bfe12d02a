package io.dbfs.test.posix;

import static io.dbfs.test.posix.Check.ok;
import static io.dbfs.test.posix.Place.ROOT;
import static io.dbfs.test.posix.libc.Constants.O_CREAT;
import static io.dbfs.test.posix.libc.Constants.O_RDONLY;
import static io.dbfs.test.posix.libc.Constants.O_TRUNC;
import static io.dbfs.test.posix.libc.Constants.O_WRONLY;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Whole files, written and read by root. */
final class Files {
    private static final int BYTES_MAX = 1 << 16;

    private Files() {}

    static void create(String path) {
        write(path, "");
    }

    static void write(String path, String content) {
        write(path, bytes(content));
    }

    static void write(String path, byte[] content) {
        int descriptor = ok(ROOT.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644));
        if (content.length > 0) {
            ok(ROOT.write(descriptor, content));
        }
        ok(ROOT.close(descriptor));
    }

    static String read(String path) {
        int descriptor = ok(ROOT.open(path, O_RDONLY));
        String content = read(descriptor);
        ok(ROOT.close(descriptor));
        return content;
    }

    /** From its start, whatever the descriptor's offset. */
    static String read(int descriptor) {
        byte[] content = new byte[BYTES_MAX];
        int length = (int) ok(ROOT.pread(descriptor, content, 0));
        return new String(Arrays.copyOf(content, length), StandardCharsets.ISO_8859_1);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
