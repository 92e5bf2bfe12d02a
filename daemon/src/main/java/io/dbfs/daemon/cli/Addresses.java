package io.dbfs.daemon.cli;

import io.dbfs.common.config.SettingType;
import java.util.List;

/** Server addresses as arguments. */
final class Addresses {
    private static final SettingType<List<String>> TYPE = SettingType.listOf(SettingType.hostPort());

    private Addresses() {}

    /**
     * Parses {@code host:port[,host:port...]}.
     *
     * @throws CommandFailure naming the argument and what is expected
     */
    static List<String> parse(String argument, String text) {
        return TYPE.parse(text)
                .orElseThrow(() -> CommandFailure.usage(
                        argument + ": " + text + " (expected: HOST:PORT[,HOST:PORT...] with ports from 1 to 65535)"));
    }
}
