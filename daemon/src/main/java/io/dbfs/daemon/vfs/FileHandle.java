package io.dbfs.daemon.vfs;

/** One open of a regular file. */
record FileHandle(
        OpenFile file, OpenFlags flags, ReadAhead readAhead, WriteErrors.Cursor errors, DropBehind dropBehind) {}
