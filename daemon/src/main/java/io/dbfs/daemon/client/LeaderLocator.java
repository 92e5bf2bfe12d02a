package io.dbfs.daemon.client;

/** Where a group's leader is believed to be. Thread-safe. */
interface LeaderLocator {
    /**
     * The address to ask now; empty while nobody is known to lead.
     *
     * @param deadlineNanos when to stop asking others for it
     */
    String locate(long deadlineNanos);

    /** The process at {@code asked} does not lead; it names {@code hint}, which may be empty. */
    void follow(String asked, String hint);

    /** The process at {@code asked} could not be asked, or its answer was lost. */
    void failed(String asked);

    /** The process at {@code asked} did not answer in time. */
    void silent(String asked);
}
