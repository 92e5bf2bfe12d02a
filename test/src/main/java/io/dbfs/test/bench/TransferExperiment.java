package io.dbfs.test.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Uploads and downloads of whole files; the downloads come from the disks. */
final class TransferExperiment implements Experiment {
    private static final long MEGABYTE = 1_000_000;
    private static final long GIBIBYTE = 1L << 30;

    private final List<Size> sizes;

    TransferExperiment(boolean quick) {
        sizes = quick
                ? List.of(
                        new Size("10 MB", 10 * MEGABYTE, 3),
                        new Size("100 MB", 100 * MEGABYTE, 1),
                        new Size("1 GiB", GIBIBYTE, 1))
                : List.of(
                        new Size("10 MB", 10 * MEGABYTE, 5),
                        new Size("100 MB", 100 * MEGABYTE, 3),
                        new Size("500 MB", 500 * MEGABYTE, 3),
                        new Size("1 GiB", GIBIBYTE, 3),
                        new Size("1.5 GB", 1500 * MEGABYTE, 1));
    }

    /** A size of files, and how many of them are transferred. */
    private record Size(String label, long bytes, int files) {
        Path file(Path directory, int number) {
            return directory.resolve("transfer-" + bytes + "-" + number);
        }

        String id() {
            return label.replace(" ", "");
        }

        double upload(Path directory, int number) throws IOException {
            return Transfer.upload(file(directory, number), bytes, Transfer.LARGE_REQUEST_BYTES);
        }

        double download(Path directory, int number) throws IOException {
            return Transfer.download(file(directory, number), bytes, Transfer.LARGE_REQUEST_BYTES);
        }
    }

    @Override
    public void run(Comparison comparison) throws IOException {
        for (Size size : sizes) {
            String id = "upload-" + size.id();
            String label = "upload " + size.label() + ", fsync";
            comparison.transfers(id, label, size.files(), size.bytes(), size::upload);
        }
        comparison.goCold();
        for (Size size : sizes) {
            String id = "download-" + size.id();
            String label = "download " + size.label() + ", cold";
            comparison.transfers(id, label, size.files(), size.bytes(), size::download);
        }
        comparison.unmeasured("removing", Trees::empty);
    }
}
