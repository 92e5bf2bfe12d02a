package io.dbfs.supernode.names;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;

/** Reads what this machine wrote. Anything else is corruption, which stops the replica. */
final class Decoder {
    private Decoder() {}

    static <M> M decode(Parser<M> parser, byte[] bytes) {
        try {
            return parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException corrupt) {
            throw new IllegalStateException("corrupt record of " + bytes.length + " bytes", corrupt);
        }
    }
}
