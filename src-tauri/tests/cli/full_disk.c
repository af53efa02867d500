/* A stand-in for a full disk on Linux, for tests that run as an ordinary user and so may not mount a small one.
 *
 * Preloaded, it lets the program write no more into one folder than fits there. A write beyond that is answered as the
 * kernel answers it on a full disk: with a short count first, then with ENOSPC. The files themselves are real.
 *
 *   cc -shared -fPIC -O1 -o libfull.so full_disk.c -ldl
 *   WICKET_DISK_FOLDER=/path/to/folder WICKET_DISK_SIZE=8192 LD_PRELOAD=./libfull.so PROGRAM
 *
 * WICKET_DISK_SIZE  bytes for all files of the folder together, each counted in whole blocks of 4096. A file without
 *                   bytes needs none, as on most file systems.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK 4096
#define NEXT(type, name) ((type)dlsym(RTLD_NEXT, name))

static off_t blocks(off_t bytes) { return (bytes + BLOCK - 1) / BLOCK; }

/* Finds the folder's real path; answers whether the open file lies in it. */
static int lies_there(int file, char *folder) {
    const char *named = getenv("WICKET_DISK_FOLDER");
    if (!named || !realpath(named, folder)) return 0;
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    size_t within = strlen(folder);
    return strncmp(path, folder, within) == 0 && path[within] == '/';
}

static off_t free_blocks(const char *folder) {
    const char *size = getenv("WICKET_DISK_SIZE");
    off_t left = size ? atoll(size) / BLOCK : 0;
    DIR *listing = opendir(folder);
    if (!listing) return 0;
    struct stat about;
    for (struct dirent *entry; (entry = readdir(listing));)
        if (fstatat(dirfd(listing), entry->d_name, &about, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(about.st_mode))
            left -= blocks(about.st_size);
    closedir(listing);
    return left > 0 ? left : 0;
}

/* How many of the bytes fit; 0 for none. What a file has already is written over freely. */
static size_t fitting(int file, off_t at, size_t wanted) {
    int before = errno;
    char folder[PATH_MAX];
    struct stat about;
    size_t fits = wanted;
    if (lies_there(file, folder) && fstat(file, &about) == 0) {
        off_t end = (blocks(about.st_size) + free_blocks(folder)) * BLOCK;
        if (at >= end) fits = 0;
        else if ((off_t)wanted > end - at) fits = (size_t)(end - at);
    }
    errno = before;
    return fits;
}

static int full(void) {
    errno = ENOSPC;
    return -1;
}

ssize_t write(int file, const void *bytes, size_t wanted) {
    int before = errno;
    off_t at = lseek(file, 0, fcntl(file, F_GETFL) & O_APPEND ? SEEK_END : SEEK_CUR);
    errno = before;
    size_t fits = at < 0 ? wanted : fitting(file, at, wanted);
    if (fits == 0 && wanted > 0) return full();
    return NEXT(ssize_t (*)(int, const void *, size_t), "write")(file, bytes, fits);
}

#define PWRITE(name)                                                                              \
    ssize_t name(int file, const void *bytes, size_t wanted, off_t at) {                          \
        size_t fits = fitting(file, at, wanted);                                                  \
        if (fits == 0 && wanted > 0) return full();                                               \
        return NEXT(ssize_t (*)(int, const void *, size_t, off_t), #name)(file, bytes, fits, at); \
    }
PWRITE(pwrite)
PWRITE(pwrite64)
