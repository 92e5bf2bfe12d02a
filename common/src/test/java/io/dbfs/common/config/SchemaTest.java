package io.dbfs.common.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SchemaTest {
    private static final Setting<String> LISTEN = Setting.required("listen", SettingType.hostPort(), "Where.");
    private static final Setting<Long> CHUNK =
            Setting.of("chunk_size", SettingType.size("64KiB", "64MiB"), "8MiB", "How big.");
    private static final Setting<Duration> TIMEOUT =
            Setting.of("op_timeout", SettingType.duration("1s", "1h"), "30s", "How long.");
    private static final Setting<List<String>> PEERS =
            Setting.of("peers", SettingType.listOf(SettingType.hostPort()), "localhost:1", "Who.");
    private static final Setting<Path> DATA = Setting.of("data", SettingType.absolutePath(), "/var/lib/x", "Place.");
    private static final Setting<Integer> REPLICAS = Setting.of("replicas", SettingType.integer(1, 5), "2", "Copies.");
    private static final Setting<Boolean> SYNC = Setting.of("sync", SettingType.flag(), "true", "Whether.");
    private static final Schema SCHEMA =
            new Schema("node", List.of(LISTEN, CHUNK, TIMEOUT, PEERS, DATA, REPLICAS, SYNC));

    @TempDir
    Path directory;

    @Test
    void valuesAreReadAndTheRestHasDefaults() throws IOException {
        Settings settings = SCHEMA.read(file("""
                # a comment
                role: node
                listen: "host-1:7000"
                chunk_size: 4MiB
                peers:
                  - a:1
                  - b:2
                """));
        assertEquals("host-1:7000", settings.get(LISTEN));
        assertEquals(4 << 20, settings.get(CHUNK));
        assertEquals(Duration.ofSeconds(30), settings.get(TIMEOUT));
        assertEquals(List.of("a:1", "b:2"), settings.get(PEERS));
        assertEquals(Path.of("/var/lib/x"), settings.get(DATA));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            chunk_size: 3MB    | chunk_size: 3MB (expected: a size from 64KiB to 64MiB, such as 64KiB)
            chunk_size: 1KiB   | chunk_size: 1KiB (expected: a size from 64KiB to 64MiB, such as 64KiB)
            op_timeout: 30     | op_timeout: 30 (expected: a time from 1s to 1h, such as 1s)
            op_timeout: 2h     | op_timeout: 2h (expected: a time from 1s to 1h, such as 1s)
            replicas: 6        | replicas: 6 (expected: a whole number from 1 to 5)
            replicas: two      | replicas: two (expected: a whole number from 1 to 5)
            replicas: [1]      | replicas: 1 (expected: a whole number from 1 to 5)
            data: here         | data: here (expected: an absolute path)
            sync: yes          | sync: yes (expected: true or false)
            peers: [a]         | peers: a (expected: a list of: host:port with a port from 1 to 65535)
            peers: [a:99999]   | peers: a:99999 (expected: a list of: host:port with a port from 1 to 65535)
            peers: {a: 1}      | peers: nested (expected: a value or a list of values)
            replica: 2         | replica: unknown key (expected: replicas?)
            listen: b:2        | listen: given twice (expected: once)
            colour: red        | colour: unknown key (expected: one of listen, chunk_size, op_timeout, peers, data, replicas, sync)
            """)
    void aWrongLineIsNamedWithItsKeyItsValueAndWhatIsExpected(String line, String complaint) throws IOException {
        Path file = file("role: node\nlisten: a:1\n" + line + "\n");
        assertEquals(file + ":3: " + complaint, complaint(file));
    }

    @Test
    void aMissingRequiredKeyIsNamed() throws IOException {
        Path file = file("role: node\n");
        assertEquals(file + ": listen: missing (expected: host:port with a port from 1 to 65535)", complaint(file));
    }

    @Test
    void aFileOfAnotherRoleIsRefused() throws IOException {
        Path file = file("role: supernode\n");
        assertEquals(file + ":1: role: supernode (expected: node)", complaint(file));
    }

    @Test
    void aFileThatIsNoMappingIsRefused() throws IOException {
        Path file = file("just words\n");
        assertEquals(file + ":1: not a mapping (expected: key: value lines)", complaint(file));
    }

    @Test
    void brokenYamlIsNamedWithItsLine() throws IOException {
        Path file = file("role: node\nlisten: [a:1\n");
        String complaint = complaint(file);
        assertEquals(1, complaint.lines().count());
        assertEquals(file + ":3: expected ',' or ']', but got <stream end> (expected: YAML)", complaint);
    }

    @Test
    void aMissingFileIsSaidSo() {
        Path file = directory.resolve("none.yaml");
        assertEquals(file + ": no such file (expected: a configuration file)", complaint(file));
    }

    @Test
    void valuesMayComeFromOptionsToo() {
        Settings settings = SCHEMA.of("-o", Map.of("listen", "a:1", "replicas", "3"));
        assertEquals(3, settings.get(REPLICAS));
        assertEquals(
                "-o: replicas: 3 (expected: less)",
                settings.refuse(REPLICAS, "less").getMessage());
        assertEquals(
                "-o: sync: true (expected: false)",
                settings.refuse(SYNC, "false").getMessage());
    }

    @Test
    void optionsReplaceWhatAFileSays() throws IOException {
        Path file = file("role: node\nlisten: a:1\nreplicas: 9\n");
        assertEquals(3, SCHEMA.read(file, "-o", Map.of("replicas", "3")).get(REPLICAS));
        assertEquals(Optional.of("node"), Schema.roleOf(file));
    }

    @Test
    void aServersRaftPortIsTheNextOneUnlessItIsTold() {
        SettingType<ServerAddress> type = SettingType.server();
        assertEquals(Optional.of(new ServerAddress("a:7400", "a:7401")), type.parse("a:7400"));
        assertEquals(Optional.of(new ServerAddress("a:7400", "a:7500")), type.parse("a:7400/7500"));
        assertEquals(Optional.of(new ServerAddress("[::1]:7400", "[::1]:7401")), type.parse("[::1]:7400"));
        assertEquals("a:7400/7500", new ServerAddress("a:7400", "a:7500").toString());
        assertEquals(Optional.empty(), type.parse("a"));
        assertEquals(Optional.empty(), type.parse("a:65535"));
        assertEquals(Optional.empty(), type.parse("a:7400/x"));
    }

    @Test
    void anOptionalValueMayBeEmpty() {
        SettingType<Optional<Integer>> type = SettingType.optional(SettingType.integer(1, 5));
        assertEquals(Optional.of(Optional.empty()), type.parse(""));
        assertEquals(Optional.of(Optional.of(3)), type.parse("3"));
        assertEquals(Optional.empty(), type.parse("6"));
    }

    @Test
    void aDefaultThatIsNotOfItsTypeIsABug() {
        assertThrows(
                IllegalArgumentException.class, () -> Setting.of("size", SettingType.size("1KiB", "1MiB"), "2MiB", ""));
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("node.yaml"), text);
    }

    private static String complaint(Path file) {
        return String.valueOf(
                assertThrows(ConfigException.class, () -> SCHEMA.read(file)).getMessage());
    }
}
