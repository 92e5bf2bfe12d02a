package io.dbfs.fuse;

import java.io.ByteArrayOutputStream;
import java.util.List;

/** The list that listxattr(2) gives. */
public final class XattrNames {
    private XattrNames() {}

    /** The names one after the other, each ended by NUL. */
    public static byte[] join(List<byte[]> names) {
        ByteArrayOutputStream list = new ByteArrayOutputStream();
        for (byte[] name : names) {
            list.writeBytes(name);
            list.write(0);
        }
        return list.toByteArray();
    }
}
