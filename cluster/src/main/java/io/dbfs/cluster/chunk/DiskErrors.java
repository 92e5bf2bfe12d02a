package io.dbfs.cluster.chunk;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;

/** What a failed call on a chunk's file means to whoever asked. */
final class DiskErrors {
    private DiskErrors() {}

    static FsException of(String operation, IOException failure) {
        return new FsException(errno(failure), operation + ": " + failure, failure);
    }

    private static Errno errno(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return Errno.ENOENT;
        }
        if (failure instanceof FileAlreadyExistsException) {
            return Errno.EEXIST;
        }
        // The JDK tells a full disk by the operating system's words alone.
        String message = failure.getMessage();
        return message != null && message.contains("No space left") ? Errno.ENOSPC : Errno.EIO;
    }
}
