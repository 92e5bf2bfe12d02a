package io.dbfs.common.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads a flat YAML mapping, keeping the line of each key for messages. */
final class YamlEntries {
    private static final long FILE_BYTES_MAX = 1 << 20;

    private YamlEntries() {}

    /** The entries in the order of the file, in a list of the caller's own. */
    static List<Entry> read(Path file) {
        Node root = compose(file, text(file))
                .orElseThrow(() -> new ConfigException(file + ": empty (expected: key: value lines)"));
        if (!(root instanceof MappingNode mapping)) {
            throw new ConfigException(place(file, root) + ": not a mapping (expected: key: value lines)");
        }
        List<Entry> entries = new ArrayList<>();
        for (NodeTuple tuple : mapping.getValue()) {
            entries.add(entry(file, tuple));
        }
        return entries;
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new ConfigException(file + ": " + Files.size(file) + " bytes (expected: at most 1 MiB)");
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new ConfigException(file + ": no such file (expected: a configuration file)");
        } catch (IOException e) {
            throw new ConfigException(file + ": cannot be read: " + e.getMessage());
        }
    }

    private static Optional<Node> compose(Path file, String text) {
        LoadSettings settings = LoadSettings.builder().setLabel(file.toString()).build();
        try {
            return new Compose(settings).composeString(text);
        } catch (MarkedYamlEngineException e) {
            String line =
                    e.getProblemMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("");
            throw new ConfigException(file + line + ": " + e.getProblem() + " (expected: YAML)");
        } catch (YamlEngineException e) {
            String firstLine =
                    String.valueOf(e.getMessage()).lines().findFirst().orElse("unreadable");
            throw new ConfigException(file + ": " + firstLine + " (expected: YAML)");
        }
    }

    private static Entry entry(Path file, NodeTuple tuple) {
        Node keyNode = tuple.getKeyNode();
        Node valueNode = tuple.getValueNode();
        String place = place(file, keyNode);
        if (!(keyNode instanceof ScalarNode key)) {
            throw new ConfigException(place + ": key is not a word (expected: key: value)");
        }
        if (valueNode instanceof ScalarNode value) {
            return new Entry(place, key.getValue(), value.getValue(), false);
        }
        if (valueNode instanceof SequenceNode list && list.getValue().stream().allMatch(ScalarNode.class::isInstance)) {
            String items = list.getValue().stream()
                    .map(item -> ((ScalarNode) item).getValue())
                    .collect(Collectors.joining(","));
            return new Entry(place, key.getValue(), items, true);
        }
        throw new ConfigException(place + ": " + key.getValue() + ": nested (expected: a value or a list of values)");
    }

    private static String place(Path file, Node node) {
        return file
                + node.getStartMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("");
    }
}
