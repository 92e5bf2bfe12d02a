package io.dbfs.test.bench;

import java.io.IOException;

/** Ten processes that write a hundred small files each at once, against one that does. */
final class SmallFileClientsExperiment implements Experiment {
    private static final int MANY = 10;
    private static final int FILES = 100;

    private final Clients clients;

    SmallFileClientsExperiment(Clients clients) {
        this.clients = clients;
    }

    @Override
    public void run(Comparison comparison) throws IOException {
        for (int count : new int[] {1, MANY}) {
            comparison.once(
                    "clients-small-" + count,
                    FILES + " files of 4 KiB each, " + count + (count == 1 ? " client" : " clients, together"),
                    "files/s",
                    directory ->
                            (double) count * FILES / clients.seconds(count, directory, LoadClient.SMALL_FILES, FILES));
            comparison.unmeasured("removing", Trees::empty);
        }
    }
}
