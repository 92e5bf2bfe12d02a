package io.dbfs.daemon.cli;

import io.dbfs.common.config.ConfigException;
import io.dbfs.common.config.Schema;
import io.dbfs.daemon.local.Servers;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The roles that have configuration files. */
final class Roles {
    private Roles() {}

    /** Every role's keys. */
    static List<Schema> schemas() {
        return Stream.concat(Servers.schemas().stream(), Stream.of(MountSettings.SCHEMA))
                .toList();
    }

    /**
     * Checks a file of any role.
     *
     * @throws ConfigException naming what is wrong
     */
    static Schema check(Path file) {
        String role = Schema.roleOf(file)
                .orElseThrow(() -> new ConfigException(
                        file + ": " + Schema.ROLE_KEY + ": missing (expected: one of " + names() + ")"));
        Schema schema = schemas().stream()
                .filter(candidate -> candidate.role().equals(role))
                .findFirst()
                .orElseThrow(() -> new ConfigException(
                        file + ": " + Schema.ROLE_KEY + ": " + role + " (expected: one of " + names() + ")"));
        if (schema == MountSettings.SCHEMA) {
            MountPlan.check(file);
        } else {
            Servers.check(role, file);
        }
        return schema;
    }

    private static String names() {
        return schemas().stream().map(Schema::role).collect(Collectors.joining(", "));
    }
}
