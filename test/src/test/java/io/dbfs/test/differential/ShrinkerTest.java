package io.dbfs.test.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ShrinkerTest {
    @Test
    void onlyTheStepsThatMatterAreLeft() {
        List<Step> steps = new StepMaker(new Random(5), 2).make(200);
        Step first = steps.get(17);
        Step second = steps.get(150);
        Shrinker shrinker = new Shrinker(part -> part.contains(first) && part.contains(second), 10_000);
        assertEquals(List.of(first, second), shrinker.shrink(steps));
    }

    @Test
    void triesAreBounded() {
        List<Step> steps = new StepMaker(new Random(5), 2).make(200);
        assertEquals(steps, new Shrinker(part -> false, 10).shrink(steps));
    }
}
