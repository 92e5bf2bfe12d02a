package io.dbfs.common.config;

import java.util.Optional;

/**
 * One key of a role.
 *
 * @param key as it stands in the file
 * @param type what values it takes
 * @param defaultText what is used when the key is absent, as it would stand in the file; empty for a required key
 * @param documentation a sentence for the person who sets it
 */
public record Setting<T>(String key, SettingType<T> type, Optional<String> defaultText, String documentation) {
    public Setting {
        if (!key.matches("[a-z][a-z_]*")) {
            throw new IllegalArgumentException("key: " + key + " (expected: lower case words joined by _)");
        }
        if (defaultText.isPresent() && type.parse(defaultText.get()).isEmpty()) {
            throw new IllegalArgumentException(
                    "default of " + key + ": " + defaultText.get() + " (expected: " + type.expected() + ")");
        }
    }

    /** A key that must be given. */
    public static <T> Setting<T> required(String key, SettingType<T> type, String documentation) {
        return new Setting<>(key, type, Optional.empty(), documentation);
    }

    /** A key that may be left out. */
    public static <T> Setting<T> of(String key, SettingType<T> type, String defaultText, String documentation) {
        return new Setting<>(key, type, Optional.of(defaultText), documentation);
    }
}
