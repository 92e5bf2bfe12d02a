package io.dbfs.daemon.cli;

import io.dbfs.common.config.Schema;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dbfs config}. */
@Command(
        name = "config",
        description = "Checks configuration files and lists their keys.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ConfigCommand.CheckCommand.class, ConfigCommand.KeysCommand.class})
final class ConfigCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CommonOptions common;

    @Override
    public void run() {
        Logs.ofTool(common);
        throw new ParameterException(spec.commandLine(), "a command is missing: check or keys");
    }

    /** {@code dbfs config check FILE}. */
    @Command(
            name = "check",
            description =
                    "Checks a configuration file of any role: its keys, their values, and that they fit together.")
    static final class CheckCommand implements Runnable {
        @Spec
        private CommandSpec spec;

        @Mixin
        private CommonOptions common;

        @Parameters(paramLabel = "FILE", description = "The file to check.")
        private Path file;

        @Override
        public void run() {
            Logs.ofTool(common);
            Schema schema = Roles.check(file);
            spec.commandLine().getOut().println(file + ": good (role " + schema.role() + ")");
        }
    }

    /** {@code dbfs config keys}. */
    @Command(name = "keys", description = "Lists every key of every role with its default, as the README has them.")
    static final class KeysCommand implements Runnable {
        @Spec
        private CommandSpec spec;

        @Mixin
        private CommonOptions common;

        @Override
        public void run() {
            Logs.ofTool(common);
            spec.commandLine().getOut().print(KeyTable.markdown(Roles.schemas()));
            spec.commandLine().getOut().flush();
        }
    }
}
