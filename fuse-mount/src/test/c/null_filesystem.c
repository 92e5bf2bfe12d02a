/*
 * What a C program costs where DBFS has its adapters: a filesystem in libfuse 3's low-level API that keeps attributes in memory
 * and throws data away, with as many threads as libfuse likes. MountBenchmark measures it beside the adapters.
 *
 * gcc -O2 -o null_filesystem null_filesystem.c $(pkg-config --cflags --libs fuse3)
 */
#define FUSE_USE_VERSION 312
#define _GNU_SOURCE

#include <errno.h>
#include <fuse_lowlevel.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILES_MAX = 256, NAME_BYTES_MAX = 64, READ_BYTES_MAX = 1 << 20 };

/* Names are believed by the kernel, attributes are asked for at each stat. */
static const double ENTRY_SECONDS = 1000;
static const double ATTRIBUTE_SECONDS = 0;

/* Inode numbers count from the root's; an entry without a name is free. */
struct file {
    char name[NAME_BYTES_MAX];
    off_t size;
    mode_t mode;
    struct timespec changed;
};

static struct file files[FILES_MAX];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char zeros[READ_BYTES_MAX];

static fuse_ino_t inode_of(int index) { return FUSE_ROOT_ID + 1 + index; }

static struct file *file_of(fuse_ino_t inode) { return &files[inode - FUSE_ROOT_ID - 1]; }

static int find(const char *name) {
    for (int i = 0; i < FILES_MAX; i++) {
        if (strcmp(files[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

/* Under the lock. */
static struct stat attributes(fuse_ino_t inode) {
    struct stat attributes = {.st_ino = inode, .st_nlink = 1, .st_mode = S_IFDIR | 0755, .st_blksize = 4096};
    if (inode != FUSE_ROOT_ID) {
        const struct file *file = file_of(inode);
        attributes.st_mode = file->mode;
        attributes.st_size = file->size;
        attributes.st_atim = attributes.st_mtim = attributes.st_ctim = file->changed;
    }
    return attributes;
}

/* Under the lock. */
static struct fuse_entry_param entry(int index) {
    return (struct fuse_entry_param){
        .ino = inode_of(index),
        .attr = attributes(inode_of(index)),
        .attr_timeout = ATTRIBUTE_SECONDS,
        .entry_timeout = ENTRY_SECONDS,
    };
}

static void look_up(fuse_req_t request, fuse_ino_t parent, const char *name) {
    (void)parent;
    pthread_mutex_lock(&lock);
    int index = find(name);
    struct fuse_entry_param found = index >= 0 ? entry(index) : (struct fuse_entry_param){0};
    pthread_mutex_unlock(&lock);
    if (index >= 0) {
        fuse_reply_entry(request, &found);
    } else {
        fuse_reply_err(request, ENOENT);
    }
}

static void get_attributes(fuse_req_t request, fuse_ino_t inode, struct fuse_file_info *info) {
    (void)info;
    pthread_mutex_lock(&lock);
    struct stat found = attributes(inode);
    pthread_mutex_unlock(&lock);
    fuse_reply_attr(request, &found, ATTRIBUTE_SECONDS);
}

static void set_attributes(
    fuse_req_t request, fuse_ino_t inode, struct stat *wanted, int which, struct fuse_file_info *info) {
    (void)info;
    if (inode == FUSE_ROOT_ID) {
        fuse_reply_err(request, EPERM);
        return;
    }
    pthread_mutex_lock(&lock);
    struct file *file = file_of(inode);
    if (which & FUSE_SET_ATTR_SIZE) {
        file->size = wanted->st_size;
    }
    if (which & FUSE_SET_ATTR_MODE) {
        file->mode = wanted->st_mode;
    }
    clock_gettime(CLOCK_REALTIME, &file->changed);
    struct stat changed = attributes(inode);
    pthread_mutex_unlock(&lock);
    fuse_reply_attr(request, &changed, ATTRIBUTE_SECONDS);
}

static void create(
    fuse_req_t request, fuse_ino_t parent, const char *name, mode_t mode, struct fuse_file_info *info) {
    (void)parent;
    if (strlen(name) >= NAME_BYTES_MAX) {
        fuse_reply_err(request, ENAMETOOLONG);
        return;
    }
    pthread_mutex_lock(&lock);
    int index = find("");
    struct fuse_entry_param made = {0};
    if (index >= 0) {
        struct file *file = &files[index];
        strcpy(file->name, name);
        file->mode = mode;
        file->size = 0;
        clock_gettime(CLOCK_REALTIME, &file->changed);
        made = entry(index);
    }
    pthread_mutex_unlock(&lock);
    if (index >= 0) {
        fuse_reply_create(request, &made, info);
    } else {
        fuse_reply_err(request, ENOSPC);
    }
}

static void remove_name(fuse_req_t request, fuse_ino_t parent, const char *name) {
    (void)parent;
    pthread_mutex_lock(&lock);
    int index = find(name);
    if (index >= 0) {
        files[index].name[0] = '\0';
    }
    pthread_mutex_unlock(&lock);
    fuse_reply_err(request, index >= 0 ? 0 : ENOENT);
}

static void open_file(fuse_req_t request, fuse_ino_t inode, struct fuse_file_info *info) {
    (void)inode;
    fuse_reply_open(request, info);
}

static void read_file(fuse_req_t request, fuse_ino_t inode, size_t size, off_t offset, struct fuse_file_info *info) {
    (void)info;
    pthread_mutex_lock(&lock);
    off_t left = file_of(inode)->size - offset;
    pthread_mutex_unlock(&lock);
    size_t count = left <= 0 ? 0 : (size_t)left < size ? (size_t)left : size;
    fuse_reply_buf(request, zeros, count < READ_BYTES_MAX ? count : READ_BYTES_MAX);
}

static void write_file(
    fuse_req_t request, fuse_ino_t inode, const char *bytes, size_t size, off_t offset, struct fuse_file_info *info) {
    (void)bytes;
    (void)info;
    pthread_mutex_lock(&lock);
    struct file *file = file_of(inode);
    if (file->size < offset + (off_t)size) {
        file->size = offset + size;
    }
    clock_gettime(CLOCK_REALTIME, &file->changed);
    pthread_mutex_unlock(&lock);
    fuse_reply_write(request, size);
}

static const struct fuse_lowlevel_ops OPERATIONS = {
    .lookup = look_up,
    .getattr = get_attributes,
    .setattr = set_attributes,
    .create = create,
    .unlink = remove_name,
    .open = open_file,
    .read = read_file,
    .write = write_file,
};

/* Arguments as of every libfuse program: null_filesystem -f DIR. */
int main(int count, char *words[]) {
    struct fuse_args arguments = FUSE_ARGS_INIT(count, words);
    struct fuse_cmdline_opts options;
    if (fuse_parse_cmdline(&arguments, &options) != 0 || options.mountpoint == NULL) {
        fprintf(stderr, "usage: %s -f DIR\n", words[0]);
        return 2;
    }
    int status = 1;
    struct fuse_session *session = fuse_session_new(&arguments, &OPERATIONS, sizeof OPERATIONS, NULL);
    if (session != NULL && fuse_set_signal_handlers(session) == 0) {
        if (fuse_session_mount(session, options.mountpoint) == 0) {
            struct fuse_loop_config *threads = fuse_loop_cfg_create();
            status = fuse_session_loop_mt(session, threads) == 0 ? 0 : 1;
            fuse_loop_cfg_destroy(threads);
            fuse_session_unmount(session);
        }
        fuse_remove_signal_handlers(session);
    }
    if (session != NULL) {
        fuse_session_destroy(session);
    }
    free(options.mountpoint);
    fuse_opt_free_args(&arguments);
    return status;
}
