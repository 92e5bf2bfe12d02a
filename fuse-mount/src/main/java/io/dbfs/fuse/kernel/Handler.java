package io.dbfs.fuse.kernel;

/** Serves the requests of one opcode. An {@link io.dbfs.common.FsException} becomes the reply. */
@FunctionalInterface
interface Handler {
    void handle(Request request, Reply reply);
}
