package io.dbfs.test.posix;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PathApiLimitTest {
    @ParameterizedTest
    @EnumSource
    void readmeNamesIt(PathApiLimit limit) throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        assertTrue(readme.contains("  * " + limit.text()), "README.md, Limits: " + limit.text());
    }
}
