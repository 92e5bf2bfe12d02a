package io.dbfs.daemon.client;

import io.dbfs.proto.GetInodesReply;
import io.dbfs.proto.GetInodesRequest;
import io.dbfs.proto.GetXattrReply;
import io.dbfs.proto.GetXattrRequest;
import io.dbfs.proto.InodeReply;
import io.dbfs.proto.ListXattrsReply;
import io.dbfs.proto.ListXattrsRequest;
import io.dbfs.proto.LookupRequest;
import io.dbfs.proto.NameOperation;
import io.dbfs.proto.NameOutcome;
import io.dbfs.proto.ReadDirectoryReply;
import io.dbfs.proto.ReadDirectoryRequest;
import io.dbfs.proto.ReadLinkReply;
import io.dbfs.proto.ReadLinkRequest;
import io.dbfs.proto.StatFilesystemReply;

/**
 * The namespace as the supernode serves it. Every method blocks until it has an answer or the operation timeout is over,
 * and throws {@link io.dbfs.common.FsException}: the server's errno, or ETIMEDOUT when no leader answered in time.
 * Replies returned are never refusals. Thread-safe.
 */
public interface NamesClient {
    /** Applies an operation exactly once, however often it has to be sent. Its {@code op} is filled in here. */
    NameOutcome execute(NameOperation operation);

    InodeReply lookup(LookupRequest request);

    GetInodesReply getInodes(GetInodesRequest request);

    ReadLinkReply readLink(ReadLinkRequest request);

    ReadDirectoryReply readDirectory(ReadDirectoryRequest request);

    GetXattrReply getXattr(GetXattrRequest request);

    ListXattrsReply listXattrs(ListXattrsRequest request);

    StatFilesystemReply statFilesystem();
}
