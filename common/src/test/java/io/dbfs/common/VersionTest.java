package io.dbfs.common;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class VersionTest {
    @Test
    void theBuildStampsTheVersion() {
        assertTrue(Version.current().matches("[0-9]+\\.[0-9]+\\.[0-9]+.*"), Version::current);
    }
}
