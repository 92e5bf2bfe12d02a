package io.dbfs.fuse.kernel;

import io.dbfs.common.Errno;
import io.dbfs.fuse.FileSystem;
import io.dbfs.fuse.FileSystem.XattrMode;
import io.dbfs.fuse.Xattrs;

/** Extended attributes. */
final class XattrHandlers {
    private final FileSystem fileSystem;

    XattrHandlers(FileSystem fileSystem) {
        this.fileSystem = fileSystem;
    }

    void register(Dispatcher dispatcher) {
        dispatcher
                .on(Opcode.GETXATTR, this::get)
                .on(Opcode.LISTXATTR, this::list)
                .on(Opcode.SETXATTR, this::set)
                .on(Opcode.REMOVEXATTR, this::remove);
    }

    private void get(Request in, Reply reply) {
        int size = in.u32();
        in.skip(4);
        send(reply, fileSystem.getXattr(in.caller(), in.inode(), Xattrs.requireSupported(in.text())), size);
    }

    private void list(Request in, Reply reply) {
        int size = in.u32();
        send(reply, Xattrs.join(in.caller(), fileSystem.listXattrs(in.caller(), in.inode())), size);
    }

    /** With no room given, the length alone is asked for. */
    private static void send(Reply reply, byte[] value, int size) {
        if (size == 0) {
            reply.u32(value.length).u32(0).send();
        } else if (value.length > size) {
            reply.error(Errno.ERANGE);
        } else {
            reply.raw(value).send();
        }
    }

    private void set(Request in, Reply reply) {
        int size = in.u32();
        XattrMode mode = Xattrs.mode(in.u32());
        byte[] name = Xattrs.requireSupported(in.text());
        byte[] value = new byte[size];
        in.data(size).get(value);
        fileSystem.setXattr(in.caller(), in.inode(), name, value, mode);
        reply.send();
    }

    private void remove(Request in, Reply reply) {
        fileSystem.removeXattr(in.caller(), in.inode(), Xattrs.requireSupported(in.text()));
        reply.send();
    }
}
