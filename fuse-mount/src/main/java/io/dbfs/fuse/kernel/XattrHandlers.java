package io.dbfs.fuse.kernel;

import io.dbfs.common.Errno;
import io.dbfs.fuse.FileSystem;
import io.dbfs.fuse.FileSystem.XattrMode;
import io.dbfs.fuse.Privileges;
import io.dbfs.fuse.Xattrs;
import io.dbfs.fuse.kernel.Negotiation.Flag;

/** Extended attributes. */
final class XattrHandlers {
    private static final int KILL_SET_GROUP_ID = 1;

    private final FileSystem fileSystem;
    private final Privileges privileges;
    private final SessionHandlers session;

    XattrHandlers(FileSystem fileSystem, Privileges privileges, SessionHandlers session) {
        this.fileSystem = fileSystem;
        this.privileges = privileges;
        this.session = session;
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
        send(reply, fileSystem.getXattr(in.caller(), in.inode(), name(in)), size);
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
        int more = 0;
        if (session.agreed(Flag.SETXATTR_EXT)) {
            more = in.u32();
            in.skip(4);
        }
        byte[] name = name(in);
        byte[] value = new byte[size];
        in.data(size).get(value);
        fileSystem.setXattr(in.caller(), in.inode(), name, value, mode);
        if ((more & KILL_SET_GROUP_ID) != 0) {
            privileges.clearSetGroupId(in.caller(), in.inode());
        }
        reply.send();
    }

    /** ACLs are for a kernel that checks by them. */
    private byte[] name(Request in) {
        byte[] name = in.text();
        return Xattrs.isAccessList(name) && session.agreed(Flag.POSIX_ACL) ? name : Xattrs.requireSupported(name);
    }

    private void remove(Request in, Reply reply) {
        fileSystem.removeXattr(in.caller(), in.inode(), name(in));
        reply.send();
    }
}
