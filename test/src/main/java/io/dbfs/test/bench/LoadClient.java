package io.dbfs.test.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A load generator, a process of its own: says that it is ready, waits for a byte, works, and ends. */
final class LoadClient {
    static final String UPLOAD = "upload";
    static final String SMALL_FILES = "small-files";
    /** What it prints when it is ready. */
    static final String READY = "ready";

    private LoadClient() {}

    /** Arguments: what to do, the directory to make and work in, and how many bytes or files. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createDirectory(Path.of(arguments[1]));
        long amount = Long.parseLong(arguments[2]);
        System.out.write((READY + "\n").getBytes(StandardCharsets.US_ASCII));
        System.out.flush();
        if (System.in.read() < 0) {
            throw new IOException("the benchmark ended before the work began");
        }
        switch (arguments[0]) {
            case UPLOAD -> Transfer.upload(directory.resolve("file"), amount, Transfer.LARGE_REQUEST_BYTES);
            case SMALL_FILES -> SmallFiles.write(directory, Math.toIntExact(amount));
            default -> throw new IllegalArgumentException(arguments[0] + ": unknown work");
        }
    }
}
