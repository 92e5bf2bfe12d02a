package io.dbfs.test.posix.libc;

import jnr.ffi.Pointer;

/** The C library's own names. Each returns -1 or NULL on failure and sets errno. */
public interface NativeCalls {
    int open(byte[] path, int flags, int mode);

    int close(int descriptor);

    int dup(int descriptor);

    long read(int descriptor, byte[] data, long length);

    long write(int descriptor, byte[] data, long length);

    long pread(int descriptor, byte[] data, long length, long offset);

    long pwrite(int descriptor, byte[] data, long length, long offset);

    /** With memory that the caller aligned, for O_DIRECT. */
    long pread(int descriptor, Pointer data, long length, long offset);

    long pwrite(int descriptor, Pointer data, long length, long offset);

    long lseek(int descriptor, long offset, int whence);

    int truncate(byte[] path, long length);

    int ftruncate(int descriptor, long length);

    int fallocate(int descriptor, int mode, long offset, long length);

    long copy_file_range(int source, Pointer sourceOffset, int target, Pointer targetOffset, long length, int flags);

    int fsync(int descriptor);

    int fdatasync(int descriptor);

    int chmod(byte[] path, int mode);

    int fchmod(int descriptor, int mode);

    int lchown(byte[] path, int uid, int gid);

    int fchown(int descriptor, int uid, int gid);

    int mkdir(byte[] path, int mode);

    int rmdir(byte[] path);

    int unlink(byte[] path);

    int renameat2(int fromDirectory, byte[] from, int toDirectory, byte[] to, int flags);

    int linkat(int fromDirectory, byte[] from, int toDirectory, byte[] to, int flags);

    int symlink(byte[] target, byte[] path);

    long readlink(byte[] path, byte[] target, long length);

    int statx(int directory, byte[] path, int flags, int mask, Pointer target);

    int statvfs(byte[] path, Pointer target);

    int access(byte[] path, int mode);

    int mknod(byte[] path, int mode, long device);

    int utimensat(int directory, byte[] path, Pointer times, int flags);

    /** With NULL for the path: futimens(3). */
    int futimens(int descriptor, Pointer times);

    int setxattr(byte[] path, byte[] name, byte[] value, long length, int flags);

    long getxattr(byte[] path, byte[] name, byte[] value, long length);

    long listxattr(byte[] path, byte[] list, long length);

    int removexattr(byte[] path, byte[] name);

    int fsetxattr(int descriptor, byte[] name, byte[] value, long length, int flags);

    long fgetxattr(int descriptor, byte[] name, byte[] value, long length);

    int lsetxattr(byte[] path, byte[] name, byte[] value, long length, int flags);

    Pointer opendir(byte[] path);

    Pointer readdir(Pointer directory);

    long telldir(Pointer directory);

    void seekdir(Pointer directory, long position);

    void rewinddir(Pointer directory);

    int dirfd(Pointer directory);

    int closedir(Pointer directory);

    Pointer mmap(Pointer address, long length, int protection, int flags, int descriptor, long offset);

    int munmap(Pointer address, long length);

    int msync(Pointer address, long length, int flags);

    int posix_memalign(Pointer address, long alignment, long length);

    void free(Pointer address);

    int getuid();

    int umask(int mask);

    int unshare(int flags);

    /** syscall(2) acts on the calling thread alone, where the C library would change every thread's credentials. */
    long syscall(long number, long first, long second, long third);
}
