package io.dbfs.cluster.contents;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.dbfs.raft.StateView;
import java.util.Optional;

/** Reads the state's records. */
final class Records {
    private Records() {}

    static <T extends MessageLite> Optional<T> get(StateView view, byte[] key, Parser<T> parser) {
        return view.get(key).map(value -> parse(parser, value));
    }

    /** A record this replica wrote itself: damage is a reason to stop. */
    static <T extends MessageLite> T parse(Parser<T> parser, byte[] value) {
        try {
            return parser.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("damaged record of " + value.length + " bytes", e);
        }
    }
}
