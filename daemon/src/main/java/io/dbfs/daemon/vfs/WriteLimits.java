package io.dbfs.daemon.vfs;

import java.time.Duration;

/**
 * Bounds of write-back.
 *
 * @param inlineBytes dirty data up to this goes into the commit itself
 * @param batchBytes a batch of this size is committed at once
 * @param batchesMax uncommitted batches of one file; a write beyond waits
 * @param commitDelay a batch is committed after this at the latest
 * @param timeout bound of every wait
 */
record WriteLimits(int inlineBytes, long batchBytes, int batchesMax, Duration commitDelay, Duration timeout) {
    static WriteLimits of(MountConfig config) {
        return new WriteLimits(32 << 10, 64L << 20, 4, config.commitDelay(), config.operationTimeout());
    }
}
