package io.dbfs.supernode.names;

import com.google.protobuf.ByteString;
import io.dbfs.common.FsException;
import io.dbfs.common.Name;

/** Names as they travel. */
final class Names {
    private Names() {}

    /**
     * The name itself when an entry may have it.
     *
     * @throws FsException as {@link Name#of(byte[])}
     */
    static ByteString checked(ByteString name) {
        Name.of(name.toByteArray());
        return name;
    }
}
