/* A disk that fails, for one process: preloaded, it stands between the program and libc for all that changes files.

   Everything below one folder is watched (fault_watch). Each change counts: a write, a change of length, a sync, a name
   given or taken. fault_arm has the n-th one fail; fault_record writes down all of them, with their bytes, so that what
   a power cut would have left can be put together afterwards. What is read, locked or mapped is left alone. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST_FILES 4096
#define LONGEST 4096

static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static char watched[LONGEST];
static size_t watched_length;
static char ours[MOST_FILES];
static int record = -1;
static long seen, at;
static int error, sticky, shortened;

/* --- what tests call ------------------------------------------------------------------------------------------- */

void fault_watch(const char *folder) {
    snprintf(watched, sizeof watched, "%s", folder);
    watched_length = strlen(watched);
}

/* number: which change fails, from 1, counted from now on; 0: none. how: 0 once, 1 and every one after it, 2 a write
   that is cut in half and fails after that. */
void fault_arm(long number, int with, int how) {
    seen = 0;
    at = number;
    error = with;
    sticky = how == 1;
    shortened = how == 2;
}

long fault_seen(void) { return seen; }

void fault_record(int descriptor) { record = descriptor; }

static void put(const void *bytes, size_t length) {
    while (length) {
        long done = syscall(SYS_write, record, bytes, length);
        if (done <= 0) abort();
        bytes = (const char *)bytes + done;
        length -= (size_t)done;
    }
}

static void note(const void *bytes, size_t length, const char *form, ...) {
    char line[3 * LONGEST];
    va_list values;
    if (record < 0) return;
    va_start(values, form);
    int size = vsnprintf(line, sizeof line, form, values);
    va_end(values);
    put(line, (size_t)size);
    put("\n", 1);
    if (length) put(bytes, length);
}

void fault_mark(const char *text) {
    pthread_mutex_lock(&lock);
    note(NULL, 0, "mark\t%s", text);
    pthread_mutex_unlock(&lock);
}

/* --- whether it is our business, and whether it fails ---------------------------------------------------------- */

static int below(const char *path) {
    return watched_length && !strncmp(path, watched, watched_length) &&
           (path[watched_length] == '/' || !path[watched_length]);
}

static int whole(char *out, int folder, const char *path) {
    char link[64], start[LONGEST];
    if (path[0] == '/') {
        snprintf(out, LONGEST, "%s", path);
        return below(out);
    }
    if (folder == AT_FDCWD) {
        if (!getcwd(start, sizeof start)) return 0;
    } else {
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        long length = readlink(link, start, sizeof start - 1);
        if (length < 0) return 0;
        start[length] = 0;
    }
    return (size_t)snprintf(out, LONGEST, "%s/%s", start, path) < LONGEST && below(out);
}

static int is_ours(int file) { return file >= 0 && file < MOST_FILES && ours[file]; }

static int fails(void) {
    seen++;
    if (at && (seen == at || (sticky && seen > at))) {
        errno = error;
        return 1;
    }
    return 0;
}

#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) abort();
    return found;
}

/* --- files ----------------------------------------------------------------------------------------------------- */

static int opened(int folder, const char *path, int flags, mode_t mode) {
    char name[LONGEST];
    struct stat status;
    if (!whole(name, folder, path)) return (int)syscall(SYS_openat, folder, path, flags, mode);
    pthread_mutex_lock(&lock);
    int made = (flags & O_CREAT) && lstat(name, &status) && errno == ENOENT;
    int file = -1;
    if (!(made || (flags & O_TRUNC)) || !fails()) file = (int)syscall(SYS_openat, folder, path, flags, mode);
    if (file >= 0 && file < MOST_FILES) {
        int kept = errno;
        ours[file] = 1;
        note(NULL, 0, "open\t%d\t%d\t%d\t%s", file, made, (flags & O_TRUNC) != 0, name);
        errno = kept;
    }
    pthread_mutex_unlock(&lock);
    return file;
}

#define MODE(flags)                              \
    mode_t mode = 0;                             \
    if ((flags) & (O_CREAT | O_TMPFILE)) {       \
        va_list values;                          \
        va_start(values, flags);                 \
        mode = (mode_t)va_arg(values, int);      \
        va_end(values);                          \
    }

int open(const char *path, int flags, ...) { MODE(flags) return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return opened(AT_FDCWD, path, flags | O_LARGEFILE, mode); }
int openat(int folder, const char *path, int flags, ...) { MODE(flags) return opened(folder, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...) { MODE(flags) return opened(folder, path, flags, mode); }
int __open_2(const char *path, int flags) { return opened(AT_FDCWD, path, flags, 0); }
int __open64_2(const char *path, int flags) { return opened(AT_FDCWD, path, flags, 0); }

int close(int file) {
    if (!is_ours(file)) return REAL(close)(file);
    pthread_mutex_lock(&lock);
    ours[file] = 0;
    note(NULL, 0, "close\t%d", file);
    int result = REAL(close)(file);
    pthread_mutex_unlock(&lock);
    return result;
}

static ssize_t written(int file, const void *bytes, size_t length, off_t where) {
    ssize_t done = -1;
    pthread_mutex_lock(&lock);
    int placed = where >= 0;
    if (!placed) where = (fcntl(file, F_GETFL) & O_APPEND) ? lseek(file, 0, SEEK_END) : lseek(file, 0, SEEK_CUR);
    if (shortened && length > 1 && seen + 1 == at) {
        seen++;
        at++; /* and what comes next finds no room */
        length /= 2;
        done = placed ? REAL(pwrite64)(file, bytes, length, where) : REAL(write)(file, bytes, length);
    } else if (!fails()) {
        done = placed ? REAL(pwrite64)(file, bytes, length, where) : REAL(write)(file, bytes, length);
    }
    if (done > 0) note(bytes, (size_t)done, "write\t%d\t%lld\t%zd", file, (long long)where, done);
    pthread_mutex_unlock(&lock);
    return done;
}

ssize_t write(int file, const void *bytes, size_t length) {
    return is_ours(file) ? written(file, bytes, length, -1) : REAL(write)(file, bytes, length);
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t where) {
    return is_ours(file) ? written(file, bytes, length, where) : REAL(pwrite)(file, bytes, length, where);
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t where) {
    return is_ours(file) ? written(file, bytes, length, where) : REAL(pwrite64)(file, bytes, length, where);
}

ssize_t writev(int file, const struct iovec *parts, int count) {
    if (!is_ours(file)) return REAL(writev)(file, parts, count);
    ssize_t all = 0;
    for (int i = 0; i < count; i++) {
        ssize_t done = written(file, parts[i].iov_base, parts[i].iov_len, -1);
        if (done < 0) return all ? all : -1;
        all += done;
        if ((size_t)done < parts[i].iov_len) break;
    }
    return all;
}

#define ON_FILE(call, ...)                                  \
    pthread_mutex_lock(&lock);                              \
    int result = fails() ? -1 : call;                       \
    if (!result) note(NULL, 0, __VA_ARGS__);                \
    pthread_mutex_unlock(&lock);                            \
    return result;

int ftruncate(int file, off_t length) {
    if (!is_ours(file)) return REAL(ftruncate)(file, length);
    ON_FILE(REAL(ftruncate)(file, length), "length\t%d\t%lld", file, (long long)length)
}

int ftruncate64(int file, off64_t length) {
    if (!is_ours(file)) return REAL(ftruncate64)(file, length);
    ON_FILE(REAL(ftruncate64)(file, length), "length\t%d\t%lld", file, (long long)length)
}

int fsync(int file) {
    if (!is_ours(file)) return REAL(fsync)(file);
    ON_FILE(REAL(fsync)(file), "sync\t%d", file)
}

int fdatasync(int file) {
    if (!is_ours(file)) return REAL(fdatasync)(file);
    ON_FILE(REAL(fdatasync)(file), "sync\t%d", file)
}

/* --- names ----------------------------------------------------------------------------------------------------- */

int renameat(int from, const char *old, int to, const char *new) {
    char first[LONGEST], second[LONGEST];
    if (!whole(first, from, old) | !whole(second, to, new)) return REAL(renameat)(from, old, to, new);
    ON_FILE(REAL(renameat)(from, old, to, new), "rename\t%s\t%s", first, second)
}

int rename(const char *old, const char *new) { return renameat(AT_FDCWD, old, AT_FDCWD, new); }

int linkat(int from, const char *old, int to, const char *new, int flags) {
    char first[LONGEST], second[LONGEST];
    if (!whole(first, from, old) | !whole(second, to, new)) return REAL(linkat)(from, old, to, new, flags);
    ON_FILE(REAL(linkat)(from, old, to, new, flags), "link\t%s\t%s", first, second)
}

int link(const char *old, const char *new) { return linkat(AT_FDCWD, old, AT_FDCWD, new, 0); }

int unlinkat(int folder, const char *path, int flags) {
    char name[LONGEST];
    struct stat status;
    if (!whole(name, folder, path) || lstat(name, &status)) return REAL(unlinkat)(folder, path, flags);
    ON_FILE(REAL(unlinkat)(folder, path, flags), "unlink\t%s", name)
}

int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }

int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdirat(int folder, const char *path, mode_t mode) {
    char name[LONGEST];
    struct stat status;
    if (!whole(name, folder, path) || !lstat(name, &status)) return REAL(mkdirat)(folder, path, mode);
    ON_FILE(REAL(mkdirat)(folder, path, mode), "mkdir\t%s", name)
}

int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }
