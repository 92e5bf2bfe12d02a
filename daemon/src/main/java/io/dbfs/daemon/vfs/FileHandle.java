package io.dbfs.daemon.vfs;

/**
 * One open of a regular file.
 *
 * @param usesPages what is read and written goes through the kernel's page cache
 */
record FileHandle(
        OpenFile file,
        OpenFlags flags,
        boolean usesPages,
        ReadAhead readAhead,
        WriteErrors.Cursor errors,
        DropBehind dropBehind) {}
