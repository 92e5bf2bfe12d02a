package io.dbfs.common;

import java.io.IOException;

/** A data directory may not be opened as asked. The message says why, in one line for people. */
public final class DataDirectoryException extends IOException {
    private static final long serialVersionUID = 1L;

    public DataDirectoryException(String message) {
        super(message);
    }
}
