package io.dbfs.test.bench;

/** Resident memory of one process at the end of a suite, and the most it had (over restarts), in MiB. */
record MemoryRow(String suite, String process, String role, double endMebibytes, double peakMebibytes) {}
