package io.dbfs.daemon.cli;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd that a service is ready (sd_notify(3)). By way of {@code systemd-notify}, because Java has no datagram
 * sockets of the Unix kind; the units therefore set {@code NotifyAccess=all}.
 */
final class SystemdNotifier {
    private static final Logger log = LoggerFactory.getLogger(SystemdNotifier.class);

    private SystemdNotifier() {}

    /** Says that the service does its work from now on; nothing when systemd did not start it. */
    static void ready(String status) {
        notify("--ready", "--status=" + status);
    }

    /** Says that the service is ending. */
    static void stopping() {
        notify("STOPPING=1");
    }

    private static void notify(String... words) {
        if (System.getenv("NOTIFY_SOCKET") == null) {
            return;
        }
        String[] command = new String[words.length + 1];
        command[0] = "systemd-notify";
        System.arraycopy(words, 0, command, 1, words.length);
        try {
            Programs.Result result = Programs.run(command);
            if (result.exitCode() != 0) {
                log.warn("systemd-notify: {}", result.firstLine());
            }
        } catch (IOException e) {
            log.warn("systemd-notify: {}", e.getMessage());
        }
    }
}
