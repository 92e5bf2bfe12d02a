package io.dbfs.common.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** What values a setting takes: how they are read from text, and how that is said to a person. */
public final class SettingType<T> {
    private static final Pattern HOST_PORT = Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\]):([0-9]{1,5})");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final int PORT_MAX = 65_535;

    private final String expected;
    private final boolean list;
    private final Function<String, Optional<T>> parser;

    private SettingType(String expected, boolean list, Function<String, Optional<T>> parser) {
        this.expected = expected;
        this.list = list;
        this.parser = parser;
    }

    /** What is expected, to follow "expected: ". */
    public String expected() {
        return expected;
    }

    /** Whether a YAML list is taken; its items are joined by commas. */
    boolean isList() {
        return list;
    }

    /** The value of {@code text}; empty when it is not one of this type. */
    public Optional<T> parse(String text) {
        return parser.apply(text);
    }

    /** Any text, also none. */
    public static SettingType<String> text() {
        return new SettingType<>("text", false, Optional::of);
    }

    /** A name as hosts and clusters have: 1 to 63 letters, digits, '.', '_', '-'. */
    public static SettingType<String> name() {
        return new SettingType<>(
                "a name of letters, digits, '.', '_' and '-', at most 63",
                false,
                text -> Optional.of(text).filter(value -> NAME.matcher(value).matches()));
    }

    /** One of some words. */
    public static SettingType<String> oneOf(String... words) {
        List<String> known = List.of(words);
        return new SettingType<>(
                "one of " + String.join(", ", known),
                false,
                text -> Optional.of(text).filter(known::contains));
    }

    /** {@code true} or {@code false}. */
    public static SettingType<Boolean> flag() {
        return new SettingType<>("true or false", false, text -> switch (text) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        });
    }

    /** A whole number in a range. */
    public static SettingType<Integer> integer(int minimum, int maximum) {
        return new SettingType<>(
                "a whole number from " + minimum + " to " + maximum,
                false,
                text -> Quantities.number(text)
                        .filter(value -> value >= minimum && value <= maximum)
                        .map(Long::intValue));
    }

    /** A size in bytes in a range, such as {@code 8MiB}. */
    public static SettingType<Long> size(String minimum, String maximum) {
        long minimumBytes = Quantities.bytes(minimum).orElseThrow();
        long maximumBytes = Quantities.bytes(maximum).orElseThrow();
        return new SettingType<>(
                "a size from " + minimum + " to " + maximum + ", such as " + minimum,
                false,
                text -> Quantities.bytes(text).filter(value -> value >= minimumBytes && value <= maximumBytes));
    }

    /** A length of time in a range, such as {@code 30s}. */
    public static SettingType<Duration> duration(String minimum, String maximum) {
        Duration shortest = Quantities.duration(minimum).orElseThrow();
        Duration longest = Quantities.duration(maximum).orElseThrow();
        return new SettingType<>(
                "a time from " + minimum + " to " + maximum + ", such as " + minimum,
                false,
                text -> Quantities.duration(text)
                        .filter(value -> value.compareTo(shortest) >= 0 && value.compareTo(longest) <= 0));
    }

    /** An absolute path. */
    public static SettingType<Path> absolutePath() {
        return new SettingType<>("an absolute path", false, text -> {
            try {
                return Optional.of(Path.of(text)).filter(Path::isAbsolute).map(Path::normalize);
            } catch (InvalidPathException e) {
                return Optional.empty();
            }
        });
    }

    /** Where a server is found, {@code host:port}. */
    public static SettingType<String> hostPort() {
        return new SettingType<>(
                "host:port with a port from 1 to 65535",
                false,
                text -> Optional.of(text).filter(SettingType::isHostPort));
    }

    /** One or more of another type: a YAML list, or items joined by commas. */
    public static <T> SettingType<List<T>> listOf(SettingType<T> item) {
        return new SettingType<>("a list of: " + item.expected, true, text -> {
            List<T> values = new ArrayList<>();
            for (String part : text.split(",", -1)) {
                Optional<T> value = item.parse(part.strip());
                if (value.isEmpty()) {
                    return Optional.empty();
                }
                values.add(value.get());
            }
            return Optional.of(List.copyOf(values));
        });
    }

    /** Where a server that replicates is found: {@code host:port}, or {@code host:port/raftport}. */
    public static SettingType<ServerAddress> server() {
        return new SettingType<>(
                "host:port of the API, or host:port/raftport where the Raft port is not the next one",
                false,
                ServerAddress::parse);
    }

    /** Another type, or nothing at all. */
    @SuppressWarnings(
            "OptionalMapToOptional") // The outer one says whether the text was good, the inner one is the value.
    public static <T> SettingType<Optional<T>> optional(SettingType<T> type) {
        return new SettingType<>(
                type.expected,
                type.list,
                text -> text.isEmpty()
                        ? Optional.of(Optional.empty())
                        : type.parse(text).map(Optional::of));
    }

    static boolean isHostPort(String text) {
        var matcher = HOST_PORT.matcher(text);
        if (!matcher.matches()) {
            return false;
        }
        int port = Integer.parseInt(matcher.group(2));
        return port >= 1 && port <= PORT_MAX;
    }
}
