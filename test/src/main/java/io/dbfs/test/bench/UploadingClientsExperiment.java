package io.dbfs.test.bench;

import java.io.IOException;

/** Ten processes that upload a large file each at once, against one that does. */
final class UploadingClientsExperiment implements Experiment {
    private static final int MANY = 10;
    private static final long MEGABYTE = 1_000_000;

    private final Clients clients;
    private final long megabytes;

    UploadingClientsExperiment(boolean quick, Clients clients) {
        this.clients = clients;
        megabytes = quick ? 50 : 500;
    }

    @Override
    public void run(Comparison comparison) throws IOException {
        for (int count : new int[] {1, MANY}) {
            comparison.once(
                    "clients-upload-" + count,
                    "upload " + megabytes + " MB each, " + count + (count == 1 ? " client" : " clients, together"),
                    "MB/s",
                    directory -> count
                            * megabytes
                            / clients.seconds(count, directory, LoadClient.UPLOAD, megabytes * MEGABYTE));
            comparison.unmeasured("removing", Trees::empty);
        }
    }
}
