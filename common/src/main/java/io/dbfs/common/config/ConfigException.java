package io.dbfs.common.config;

/** A configuration that cannot be used. Its message is one line for the person who wrote it; it has no stack trace. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says where, which key, which value, and what is expected. */
    public ConfigException(String message) {
        super(message, null, false, false);
    }
}
