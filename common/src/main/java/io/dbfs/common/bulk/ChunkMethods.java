package io.dbfs.common.bulk;

import com.google.protobuf.Message;
import io.dbfs.proto.ChunkReadRequest;
import io.dbfs.proto.ChunkWriteReply;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.protobuf.ProtoUtils;

/** The two bulk calls of a storage node; chunks.proto describes their headers and order. */
public final class ChunkMethods {
    /** Name of the service that both belong to. */
    public static final String SERVICE = "dbfs.v1.Chunks";

    /** Stores one chunk on this node and along the rest of its chain. */
    public static final MethodDescriptor<BulkFrame, ChunkWriteReply> WRITE = MethodDescriptor.newBuilder(
                    BulkMarshaller.INSTANCE, proto(ChunkWriteReply.getDefaultInstance()))
            .setType(MethodType.CLIENT_STREAMING)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Write"))
            .build();

    /** Reads a range of one chunk. */
    public static final MethodDescriptor<ChunkReadRequest, BulkFrame> READ = MethodDescriptor.newBuilder(
                    proto(ChunkReadRequest.getDefaultInstance()), BulkMarshaller.INSTANCE)
            .setType(MethodType.SERVER_STREAMING)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Read"))
            .build();

    private ChunkMethods() {}

    private static <M extends Message> Marshaller<M> proto(M prototype) {
        return ProtoUtils.marshaller(prototype);
    }
}
