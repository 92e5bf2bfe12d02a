package io.dbfs.daemon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.DataDirectory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong gets one line that says so, and an exit status that programs can tell apart. */
class BadInputTest {
    @TempDir
    Path directory;

    private Path mountPoint;

    @BeforeEach
    void makeMountPoint() throws IOException {
        mountPoint = Files.createDirectory(directory.resolve("mnt"));
    }

    @Test
    void aCommandIsMissingOrUnknown() {
        refused(ExitCode.USAGE, "a command is missing");
        refused(ExitCode.USAGE, "frobnicate", "frobnicate");
        refused(ExitCode.USAGE, "check or keys", "config");
        refused(ExitCode.USAGE, "DIR", "up");
        refused(ExitCode.USAGE, "SUPERNODES and DIR", "mount");
    }

    @Test
    void aMountPointIsMissingNotEmptyOrNoDirectory() throws IOException {
        Path data = directory.resolve("data");
        refused(
                ExitCode.FAILED,
                "does not exist",
                "up",
                directory.resolve("gone").toString(),
                "--data",
                data + "");
        Path file = Files.writeString(directory.resolve("file"), "x");
        refused(ExitCode.FAILED, "not a directory", "up", file.toString(), "--data", data.toString());
        Files.writeString(mountPoint.resolve("here"), "x");
        refused(ExitCode.FAILED, "not empty", "up", mountPoint.toString(), "--data", data.toString());
        assertTrue(Files.notExists(data), "nothing is made before the mount point is known to be good");
    }

    @Test
    void anOptionOrAnAddressIsWrong() {
        refused(ExitCode.USAGE, "nonsense=3", "mount", "127.0.0.1:1", mountPoint.toString(), "-o", "nonsense=3");
        refused(ExitCode.USAGE, "HOST:PORT", "mount", "127.0.0.1", mountPoint.toString());
        refused(ExitCode.USAGE, "HOST:PORT", "status", "--supernodes", "nonsense");
    }

    @Test
    void aKeyIsUnknownOrItsValueWrong() throws IOException {
        refused(ExitCode.USAGE, "config.yaml:3: colour: unknown key", "config", "check", config("colour: red"));
        refused(
                ExitCode.USAGE,
                "election_timeout: 5 parsecs (expected: a time",
                "config",
                "check",
                config("election_timeout: 5 parsecs"));
        refused(
                ExitCode.USAGE,
                "no such file",
                "supernode",
                "-c",
                directory.resolve("gone").toString());
    }

    @Test
    void nobodyIsThere() {
        refused(
                ExitCode.UNAVAILABLE,
                "supernode cannot be reached: 127.0.0.1:1",
                "status",
                "--supernodes",
                "127.0.0.1:1");
        refused(
                ExitCode.UNAVAILABLE,
                "supernode cannot be reached: 127.0.0.1:1",
                "mount",
                "127.0.0.1:1",
                mountPoint.toString(),
                "-o",
                "operation_timeout=1s");
        refused(ExitCode.UNAVAILABLE, "not mounted", "umount", mountPoint.toString());
        refused(ExitCode.UNAVAILABLE, "not mounted", "down", mountPoint.toString());
    }

    @Test
    void aNodeIsNeitherRunNorNamed() {
        refused(ExitCode.USAGE, "-c=FILE", "node");
        refused(ExitCode.USAGE, "NAME", "node", "remove");
        refused(
                ExitCode.UNAVAILABLE,
                "supernode cannot be reached: 127.0.0.1:1",
                "node",
                "list",
                "--supernodes",
                "127.0.0.1:1");
    }

    @Test
    void aPortIsBusy() throws IOException {
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + busy.getLocalPort();
            refused(
                    ExitCode.FAILED,
                    address + ": the port is in use",
                    "supernode",
                    "-c",
                    file("role: supernode\naddress: " + address + "/" + free() + "\ndata: "
                            + directory.resolve("supernode") + "\n"));
        }
    }

    @Test
    void aDataDirectoryIsInUseOfAnotherClusterOrOfANewerVersion() throws IOException {
        Path data = directory.resolve("node");
        String node = file("role: node\ncluster: mine\nname: n1\naddress: 127.0.0.1:" + free()
                + "\nsupernodes: [127.0.0.1:1]\ndata: " + data + "\n");
        try (DataDirectory held = DataDirectory.open(data, "node", "mine")) {
            refused(ExitCode.FAILED, held.path() + " is in use by another process", "node", "-c", node);
        }
        Files.writeString(data.resolve("IDENTITY"), "format 1\nrole node\ngroup other\n");
        refused(ExitCode.FAILED, "belongs to node of 'other' (expected: node of 'mine')", "node", "-c", node);
        Files.writeString(data.resolve("IDENTITY"), "format 99\nrole node\ngroup mine\n");
        refused(ExitCode.FAILED, "written by a newer version: format 99", "node", "-c", node);
    }

    private static void refused(int status, String part, String... arguments) {
        CommandRun run = CommandRun.of(arguments);
        String told = String.join("\n", run.err());
        assertEquals(status, run.status(), told);
        assertEquals(1, run.err().size(), told);
        assertTrue(told.startsWith("dbfs: ") && told.contains(part), told);
    }

    private String config(String line) throws IOException {
        return file("role: supernode\naddress: 127.0.0.1:7999\n" + line + "\n");
    }

    private String file(String text) throws IOException {
        return Files.writeString(directory.resolve("config.yaml"), text).toString();
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
