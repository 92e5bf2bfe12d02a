package io.dbfs.common.config;

/**
 * A key and its value as they were given.
 *
 * @param place where, for messages: {@code FILE:LINE}
 * @param list whether it was a YAML list; its items are joined by commas
 */
record Entry(String place, String key, String text, boolean list) {
    <T> T parse(SettingType<T> type) {
        if (list && !type.isList()) {
            throw refuse(type.expected());
        }
        return type.parse(text).orElseThrow(() -> refuse(type.expected()));
    }

    ConfigException refuse(String expected) {
        return new ConfigException(place + ": " + key + ": " + text + " (expected: " + expected + ")");
    }
}
