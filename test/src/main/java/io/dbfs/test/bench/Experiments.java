package io.dbfs.test.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All experiments by name, in the order in which they run. */
final class Experiments {
    static final String TRANSFER = "transfer";
    /** Not an experiment but a second run of {@link #TRANSFER}, where each chunk has one copy. */
    static final String ONE_COPY = "onecopy";
    /** Of two mounts, which no directory of the local disk stands beside. */
    static final String COHERENCE = "coherence";

    static final List<String> NAMES =
            List.of(TRANSFER, "access", "smallfiles", "metadata", "clients", "smallclients", ONE_COPY, COHERENCE);

    private Experiments() {}

    static Map<String, Experiment> of(boolean quick, Clients clients) {
        Map<String, Experiment> all = new LinkedHashMap<>();
        all.put(TRANSFER, new TransferExperiment(quick));
        all.put("access", new AccessExperiment(quick));
        all.put("smallfiles", new SmallFilesExperiment(quick));
        all.put("metadata", new MetadataExperiment(quick));
        all.put("clients", new UploadingClientsExperiment(quick, clients));
        all.put("smallclients", new SmallFileClientsExperiment(clients));
        return all;
    }
}
