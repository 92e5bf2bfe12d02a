package io.dbfs.common.host;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Bytes of the filesystem that holds a directory, by one statvfs(3). {@link java.nio.file.FileStore} would look for its mount
 * point first: through every mount there is, and in vain in a chroot whose root is none.
 *
 * @param totalBytes its size
 * @param usableBytes what this process may still write
 */
public record DiskSpace(long totalBytes, long usableBytes) {
    /**
     * As it is now.
     *
     * @throws IOException when the directory is not there or its disk does not answer
     */
    public static DiskSpace of(Path directory) throws IOException {
        File file = directory.toFile();
        long totalBytes = file.getTotalSpace();
        if (totalBytes == 0) {
            throw new IOException("the space of " + directory + " cannot be read");
        }
        return new DiskSpace(totalBytes, file.getUsableSpace());
    }
}
