package io.dbfs.fuse;

final class JnrMountTest extends MountContract {
    @Override
    Adapter adapter() {
        return Adapter.JNR;
    }
}
