package io.dbfs.common.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes and durations as people write them. Binary units only: {@code KiB} is 1024 bytes and there is no {@code KB}. */
public final class Quantities {
    private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,18}) ?([A-Za-z]*)");
    private static final Map<String, Long> BYTES =
            Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30, "TiB", 1L << 40, "PiB", 1L << 50);
    private static final Map<String, Duration> TIMES = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private Quantities() {}

    /** A whole number without a unit. */
    static Optional<Long> number(String text) {
        try {
            return Optional.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Bytes of a size such as {@code 8MiB} or {@code 512B}. */
    public static Optional<Long> bytes(String text) {
        return amount(text, BYTES).flatMap(amount -> multiply(amount.count(), amount.unit()));
    }

    /** A time such as {@code 500ms}, {@code 30s}, {@code 10m}, {@code 1h}, {@code 7d}. */
    public static Optional<Duration> duration(String text) {
        return amount(text, TIMES)
                .flatMap(amount ->
                        multiply(amount.count(), amount.unit().toMillis()).map(Duration::ofMillis));
    }

    /** A size for people, with three digits or so: {@code 1.5 GiB}. */
    public static String describeBytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        String pattern = unit == 0 || value >= 100 ? "%.0f %s" : "%.1f %s";
        return String.format(Locale.ROOT, pattern, value, UNITS[unit]);
    }

    private static <U> Optional<Amount<U>> amount(String text, Map<String, U> units) {
        Matcher matcher = AMOUNT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.ofNullable(units.get(matcher.group(2)))
                .map(unit -> new Amount<>(Long.parseLong(matcher.group(1)), unit));
    }

    private static Optional<Long> multiply(long count, long factor) {
        try {
            return Optional.of(Math.multiplyExact(count, factor));
        } catch (ArithmeticException e) {
            return Optional.empty();
        }
    }

    private record Amount<U>(long count, U unit) {}
}
