package io.dbfs.test.bench;

/**
 * One line of the table: the same work on both sides, as a rate, so that more is better.
 *
 * @param suite what was measured: how many copies, or which directory
 * @param id short name for programs
 * @param label what was done
 * @param unit of both figures
 */
record Row(String suite, String id, String label, String unit, double dbfs, double local) {
    double ratio() {
        return dbfs / local;
    }
}
