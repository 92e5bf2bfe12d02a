package io.dbfs.daemon.cli;

import io.dbfs.common.config.Schema;
import io.dbfs.common.config.Setting;
import java.util.List;

/** The README's tables of configuration keys. */
final class KeyTable {
    private KeyTable() {}

    /** One table for each role, in Markdown. */
    static String markdown(List<Schema> schemas) {
        StringBuilder text = new StringBuilder();
        for (Schema schema : schemas) {
            text.append("#### role: ")
                    .append(schema.role())
                    .append("\n\n| key | default | takes | meaning |\n|---|---|---|---|\n");
            schema.settings().forEach(setting -> text.append(row(setting)));
            text.append('\n');
        }
        return text.toString();
    }

    private static String row(Setting<?> setting) {
        String defaultText = setting.defaultText()
                .map(value -> value.isEmpty() ? "empty" : "`" + value + "`")
                .orElse("required");
        return "| `" + setting.key() + "` | " + defaultText + " | "
                + setting.type().expected() + " | " + setting.documentation() + " |\n";
    }
}
