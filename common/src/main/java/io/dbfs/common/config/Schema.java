package io.dbfs.common.config;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every key of one role, in the order in which they are documented. */
public final class Schema {
    /** The key that says whose file it is; every file has it. */
    public static final String ROLE_KEY = "role";

    private final String role;
    private final List<Setting<?>> settings;

    /** A role's keys; each may occur once. */
    public Schema(String role, List<Setting<?>> settings) {
        this.role = role;
        this.settings = List.copyOf(settings);
        if (settings.stream().map(Setting::key).distinct().count() != settings.size()) {
            throw new IllegalArgumentException("role " + role + " has a key twice");
        }
    }

    /** The role's name, as in {@code role: node}. */
    public String role() {
        return role;
    }

    /** The keys, in order. */
    public List<Setting<?>> settings() {
        return settings;
    }

    /**
     * Reads and checks a file.
     *
     * @throws ConfigException naming file, line, key, value and what is expected
     */
    public Settings read(Path file) {
        return read(file, "", Map.of());
    }

    /**
     * Reads and checks a file of which some keys are replaced.
     *
     * @param origin where the replacements come from, for messages, such as {@code -o}
     * @throws ConfigException naming file and line or origin, key, value and what is expected
     */
    public Settings read(Path file, String origin, Map<String, String> replacements) {
        List<Entry> entries = YamlEntries.read(file);
        Entry own = entries.stream()
                .filter(entry -> entry.key().equals(ROLE_KEY))
                .findFirst()
                .orElseThrow(() -> new ConfigException(file + ": " + ROLE_KEY + ": missing (expected: " + role + ")"));
        if (!own.text().equals(role)) {
            throw own.refuse(role);
        }
        entries.remove(own);
        entries.removeIf(entry -> replacements.containsKey(entry.key()));
        entries.addAll(entries(origin, replacements));
        return check(file.toString(), entries);
    }

    /** The role that a file says it is for; empty when it says none. */
    public static Optional<String> roleOf(Path file) {
        return YamlEntries.read(file).stream()
                .filter(entry -> entry.key().equals(ROLE_KEY))
                .findFirst()
                .map(Entry::text);
    }

    /**
     * Checks keys and values that do not come from a file.
     *
     * @param origin where they come from, for messages, such as {@code -o}
     */
    public Settings of(String origin, Map<String, String> values) {
        return check(origin, entries(origin, values));
    }

    private static List<Entry> entries(String origin, Map<String, String> values) {
        return values.entrySet().stream()
                .map(value -> new Entry(origin, value.getKey(), value.getValue(), false))
                .toList();
    }

    private Settings check(String origin, List<Entry> entries) {
        Map<String, Entry> byKey = new HashMap<>();
        for (Entry entry : entries) {
            if (settings.stream().noneMatch(setting -> setting.key().equals(entry.key()))) {
                throw unknown(entry);
            }
            if (byKey.put(entry.key(), entry) != null) {
                throw new ConfigException(entry.place() + ": " + entry.key() + ": given twice (expected: once)");
            }
        }
        Map<Setting<?>, Object> values = new HashMap<>();
        for (Setting<?> setting : settings) {
            values.put(setting, value(origin, setting, Optional.ofNullable(byKey.get(setting.key()))));
        }
        return new Settings(origin, values, byKey);
    }

    private static Object value(String origin, Setting<?> setting, Optional<Entry> entry) {
        if (entry.isPresent()) {
            return entry.get().parse(setting.type());
        }
        String text = setting.defaultText()
                .orElseThrow(() -> new ConfigException(origin + ": " + setting.key() + ": missing (expected: "
                        + setting.type().expected() + ")"));
        return setting.type().parse(text).orElseThrow();
    }

    private ConfigException unknown(Entry entry) {
        List<String> keys = settings.stream().map(Setting::key).toList();
        String expected = Spelling.nearest(entry.key(), keys)
                .map(near -> near + "?")
                .orElseGet(() -> "one of " + String.join(", ", keys));
        return new ConfigException(entry.place() + ": " + entry.key() + ": unknown key (expected: " + expected + ")");
    }
}
