package io.dbfs.test.bench;

/** Processor time that one process spent for each GiB, in seconds. */
record CpuRow(String suite, String id, String label, String process, double secondsPerGibibyte) {}
