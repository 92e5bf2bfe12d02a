package io.dbfs.cluster.chunk;

import io.dbfs.common.bulk.BulkFrame;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.Executor;

/** One Chunks/Read call: brings its events to the {@link ChunkSender}, one after another, once it is its turn. */
final class ChunkDownloadCall {
    /** Bytes queued up for the client below which the next frame is read from the disk. */
    private static final int QUEUED_BYTES = 512 * 1024;

    private final ServerCallStreamObserver<BulkFrame> client;
    private final ChunkSender sender;
    private final Admission admission;
    private final SerialExecutor serial;
    private boolean admitted;
    private boolean left;

    ChunkDownloadCall(
            ServerCallStreamObserver<BulkFrame> client, ChunkSender sender, Admission admission, Executor disk) {
        this.client = client;
        this.sender = sender;
        this.admission = admission;
        this.serial = new SerialExecutor(disk);
    }

    /** Sends as soon as it is its turn; false when too many wait before it. Called before gRPC's start-up of the call ends. */
    boolean start() {
        client.setOnReadyThreshold(QUEUED_BYTES);
        client.setOnReadyHandler(() -> serial.execute(this::pump));
        client.setOnCancelHandler(() -> serial.execute(this::cancel));
        return admission.enter(() -> serial.execute(() -> {
            admitted = true;
            pump();
        }));
    }

    private void cancel() {
        sender.cancelled();
        settle();
    }

    private void pump() {
        if (admitted) {
            sender.pump();
            settle();
        }
    }

    private void settle() {
        if (admitted && sender.ended() && !left) {
            left = true;
            admission.leave();
        }
    }
}
