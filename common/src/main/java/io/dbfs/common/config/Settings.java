package io.dbfs.common.config;

import java.util.Map;
import java.util.Optional;

/** Checked values, one for each key of a {@link Schema}. Immutable. */
public final class Settings {
    private final String origin;
    private final Map<Setting<?>, Object> values;
    private final Map<String, Entry> given;

    Settings(String origin, Map<Setting<?>, Object> values, Map<String, Entry> given) {
        this.origin = origin;
        this.values = Map.copyOf(values);
        this.given = Map.copyOf(given);
    }

    /** The value of a key of the schema these were read by. */
    @SuppressWarnings("unchecked") // the schema put it there by the setting's own type
    public <T> T get(Setting<T> setting) {
        Object value = values.get(setting);
        if (value == null) {
            throw new IllegalArgumentException("key: " + setting.key() + " (expected: one of the schema)");
        }
        return (T) value;
    }

    /** The complaint about a value that is right by itself and wrong beside the others. */
    public ConfigException refuse(Setting<?> setting, String expected) {
        return Optional.ofNullable(given.get(setting.key()))
                .map(entry -> entry.refuse(expected))
                .orElseGet(() -> new ConfigException(origin + ": " + setting.key() + ": "
                        + setting.defaultText().orElse("missing") + " (expected: " + expected + ")"));
    }
}
