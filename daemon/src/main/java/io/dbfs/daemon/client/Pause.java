package io.dbfs.daemon.client;

/** Lets time pass. A port, so that tests of retries take none. */
@FunctionalInterface
interface Pause {
    void nanos(long duration) throws InterruptedException;
}
