package io.dbfs.daemon.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class FixedLocatorTest {
    private long now;
    private final FixedLocator locator = new FixedLocator(List.of("a:1", "b:1", "c:1"), () -> now);

    @Test
    void goesRoundTheMembersWhileTheyFail() {
        assertEquals("a:1", locator.locate(0));
        locator.failed("a:1");
        assertEquals("b:1", locator.locate(0));
        locator.failed("b:1");
        locator.failed("c:1");
        assertEquals("a:1", locator.locate(0));
    }

    @Test
    void followsAHint() {
        locator.follow("a:1", "c:1");
        assertEquals("c:1", locator.locate(0));
        locator.follow("c:1", "");
        assertEquals("a:1", locator.locate(0), "who does not lead and knows nobody is left for the next");
    }

    @Test
    void oneThatDidNotAnswerIsNotAskedAgainForAWhileWhoeverNamesIt() {
        locator.silent("a:1");
        locator.follow("b:1", "a:1");
        assertEquals("c:1", locator.locate(0));
        locator.follow("c:1", "");
        assertEquals("b:1", locator.locate(0));
        now = TimeUnit.SECONDS.toNanos(2);
        locator.follow("b:1", "a:1");
        assertEquals("a:1", locator.locate(0));
    }

    @Test
    void newsOfAServerThatIsNotAskedAnyMoreChangesNothing() {
        locator.failed("b:1");
        locator.follow("c:1", "b:1");
        assertEquals("a:1", locator.locate(0));
    }

    @Test
    void atLeastOneMemberIsNeeded() {
        assertThrows(IllegalArgumentException.class, () -> new FixedLocator(List.of(), () -> now));
    }
}
