package io.dbfs.daemon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The README is where people look a key up: it must say what the program does. */
class KeyTableTest {
    private static final String BEGIN = "<!-- keys: printed by \"dbfs config keys\" -->\n";
    private static final String END = "<!-- end of keys -->";

    @Test
    void theReadmeHasEveryKeyAsTheProgramHasIt() throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        int begin = readme.indexOf(BEGIN) + BEGIN.length();
        String keys = readme.substring(begin, readme.indexOf(END, begin));
        assertEquals(CommandRun.of("config", "keys").out().strip(), keys.strip());
    }

    @Test
    void theReadmeNamesEveryCommand() throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        Dbfs.commandLine().getSubcommands().keySet().stream()
                .filter(command -> !command.equals("help"))
                .forEach(command -> assertEquals(
                        true, readme.contains("| `" + command), "the README's table of commands has no " + command));
    }
}
