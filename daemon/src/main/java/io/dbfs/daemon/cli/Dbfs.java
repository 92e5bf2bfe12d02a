package io.dbfs.daemon.cli;

import io.dbfs.common.Version;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code dbfs}. */
@Command(
        name = "dbfs",
        description = "A distributed filesystem that mounts as an ordinary directory.",
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            SupernodeCommand.class,
            NodeCommand.class,
            MountCommand.class,
            UmountCommand.class,
            StatusCommand.class,
            ConfigCommand.class,
            Dbfs.CompletionCommand.class,
            Dbfs.VersionCommand.class,
            HelpCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:done",
            "1:could not be done; the last line on standard error says why",
            "2:the arguments or the configuration are wrong",
            "3:what was asked for is not running or cannot be reached"
        })
public final class Dbfs implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CommonOptions common;

    /** Runs the command and ends the process with its exit status. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The command as picocli runs it, with our way of saying what is wrong. */
    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Dbfs());
        line.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler(Dbfs::wrongArguments);
        line.setExecutionExceptionHandler((failure, failed, parsed) -> complain(failed, failure));
        return line;
    }

    @Override
    public void run() {
        Logs.ofTool(common);
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** The script that completes this command's arguments in bash. */
    static String completionScript() {
        return AutoComplete.bash("dbfs", commandLine());
    }

    private static int wrongArguments(ParameterException wrong, String[] arguments) {
        CommandLine command = wrong.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        String message = String.valueOf(wrong.getMessage()).lines().findFirst().orElse("wrong arguments");
        command.getErr().println("dbfs: " + message + " (see: " + name + " --help)");
        return ExitCode.USAGE;
    }

    private static int complain(CommandLine command, Exception failure) {
        Complaint complaint = Complaint.about(failure);
        command.getErr().println("dbfs: " + complaint.line());
        if (complaint.expected()) {
            LoggerFactory.getLogger(Dbfs.class).debug("{}", complaint.line(), failure);
        } else {
            LoggerFactory.getLogger(Dbfs.class).error("{}", complaint.line(), failure);
        }
        return complaint.exitCode();
    }

    /** {@code dbfs version}. */
    @Command(name = "version", description = "Tells the version.")
    static final class VersionCommand implements Runnable {
        @Spec
        private CommandSpec spec;

        @Mixin
        private CommonOptions common;

        @Override
        public void run() {
            Logs.ofTool(common);
            spec.commandLine().getOut().println("dbfs " + Version.current() + " (java " + Runtime.version() + ")");
        }
    }

    /** {@code dbfs completion}. */
    @Command(
            name = "completion",
            description = "Prints the script that completes dbfs in bash: source <(dbfs completion)")
    static final class CompletionCommand implements Runnable {
        @Spec
        private CommandSpec spec;

        @Mixin
        private CommonOptions common;

        @Override
        public void run() {
            Logs.ofTool(common);
            spec.commandLine().getOut().println(completionScript());
        }
    }
}
