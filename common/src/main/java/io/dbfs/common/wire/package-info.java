/**
 * The wire protocol: frames over plain sockets, for what is called thousands of times a second or moves gigabytes.
 *
 * <p>A connection of calls or chunks serves one exchange at a time, and both ends work on it with the thread that wants the
 * result: no event loop, no queue and no wake-up lies between a caller and the peer's handler but the socket itself. gRPC's
 * own transport costs several of each for a call, which on hosts with few processors is most of what a small operation takes;
 * it stays for streams and for what is rare. gRPC's stubs and services are used unchanged, by {@link
 * io.dbfs.common.wire.WireChannel} and {@link io.dbfs.common.wire.CallService}. A connection of Raft has many requests under
 * way, whose frames say which they are.
 *
 * <p>A connection begins with four letters, a version and a kind (see {@link io.dbfs.common.wire.WireKind}). Then frames follow in
 * both directions: length of the header and of the payload, each four bytes, most significant first; header; payload.
 */
@NullMarked
package io.dbfs.common.wire;

import org.jspecify.annotations.NullMarked;
