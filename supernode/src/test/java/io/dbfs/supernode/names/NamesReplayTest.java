package io.dbfs.supernode.names;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.proto.InodeType;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NamesReplayTest {
    @Test
    void theSameCommandsGiveTheSameState() {
        try (NamesFixture first = new NamesFixture();
                NamesFixture second = new NamesFixture()) {
            fill(first, new SplittableRandom(5));
            first.log().forEach(second::apply);
            assertEquals(first.dump(), second.dump());
        }
    }

    private static void fill(NamesFixture names, SplittableRandom random) {
        List<InodeType> types = List.of(InodeType.REGULAR, InodeType.DIRECTORY, InodeType.FIFO);
        long session = names.openSession();
        for (int step = 0; step < 1000; step++) {
            long parent = random.nextInt(1, 20);
            long other = random.nextInt(1, 20);
            String name = "n" + random.nextInt(6);
            switch (random.nextInt(6)) {
                case 0, 1 -> names.create(parent, name, types.get(random.nextInt(types.size())), 0755);
                case 2 -> names.unlink(parent, name);
                case 3 -> names.link(other, parent, name);
                case 4 -> names.releaseOrphans(session, List.of(parent, other));
                default -> names.rename(parent, name, other, "n" + random.nextInt(6), false, random.nextBoolean());
            }
        }
        names.openSession();
        names.endSession(session);
    }
}
