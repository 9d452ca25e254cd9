/* Lets the n-th call that changes a disk fail, or kills the process there: for benchmarks/crash.py and its test.
 *
 * Loaded before the C library (LD_PRELOAD). Only calls below the folder PADAN_FAULT_ROOT count, and only once
 * padan_fault_arm() was called. Kinds: 0 only counts; 1 kills, a write having written half; 2 lets this and
 * every later call that needs room fail with ENOSPC, a write having written half; 3 lets this one call fail
 * with EIO. What the C library writes inside fwrite() goes past it: strace tells how much that is.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { COUNT, KILL, FULL, BROKEN };

static atomic_long calls;
static long wanted = -1;
static int kind = COUNT;
static atomic_int armed;
static char root[PATH_MAX];
static int log_fd = -1;

void padan_fault_arm(long n, int what, const char *folder, int log) {
  wanted = n;
  kind = what;
  log_fd = log;
  strncpy(root, folder, sizeof root - 1);
  atomic_store(&calls, 0);
  atomic_store(&armed, 1);
}

long padan_fault_calls(void) {
  atomic_store(&armed, 0);
  return atomic_load(&calls);
}

#define REAL(name) \
  static __typeof__(name) *real; \
  if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

static int below(const char *path) {
  size_t length = strlen(root);
  return length && !strncmp(path, root, length) && (path[length] == '/' || !path[length]);
}

static int folder_of(int dir, char *into) {
  char link[64];
  if (dir == AT_FDCWD) return getcwd(into, PATH_MAX) != NULL;
  snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
  ssize_t n = readlink(link, into, PATH_MAX - 1);
  if (n < 0) return 0;
  into[n] = 0;
  return 1;
}

static int path_counts(int dir, const char *path) {
  char whole[2 * PATH_MAX];
  if (!atomic_load(&armed) || !path) return 0;
  if (path[0] == '/') return below(path);
  if (!folder_of(dir, whole)) return 0;
  strcat(whole, "/");
  strncat(whole, path, PATH_MAX - 1);
  return below(whole);
}

static int file_counts(int file) {
  char path[2 * PATH_MAX];
  return atomic_load(&armed) && folder_of(file, path) && below(path);
}

/* Return 0: do it; 1: fail with errno set; 2: do half of it, then die or fail. */
static int hit(const char *name, int grows, int writes) {
  if (kind == FULL && !grows) return 0;
  long n = atomic_fetch_add(&calls, 1) + 1;
  if (log_fd >= 0) dprintf(log_fd, "%s\n", name);
  if (n == wanted && kind == KILL) {
    if (writes) return 2;
    kill(getpid(), SIGKILL);
  }
  if (n == wanted && kind == BROKEN) { errno = EIO; return 1; }
  if (kind == FULL && wanted > 0 && n >= wanted) {
    if (writes && n == wanted) return 2;
    errno = ENOSPC;
    return 1;
  }
  return 0;
}

static void die(void) { if (kind == KILL) kill(getpid(), SIGKILL); }

#define ON_PATH(dir, path, grows, name) \
  if (path_counts(dir, path) && hit(name, grows, 0)) return -1
#define ON_FILE(file, grows, name) \
  if (file_counts(file) && hit(name, grows, 0)) return -1

ssize_t write(int file, const void *from, size_t size) {
  REAL(write);
  if (file_counts(file)) {
    int what = hit("write", 1, 1);
    if (what == 1) return -1;
    if (what == 2) { ssize_t n = real(file, from, size > 1 ? size / 2 : size); die(); return n; }
  }
  return real(file, from, size);
}

#define PWRITE(function, offset_type) \
  ssize_t function(int file, const void *from, size_t size, offset_type at) { \
    REAL(function); \
    if (file_counts(file)) { \
      int what = hit("pwrite", 1, 1); \
      if (what == 1) return -1; \
      if (what == 2) { ssize_t n = real(file, from, size > 1 ? size / 2 : size, at); die(); return n; } \
    } \
    return real(file, from, size, at); \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t writev(int file, const struct iovec *parts, int count) {
  REAL(writev);
  ON_FILE(file, 1, "writev");
  return real(file, parts, count);
}

static int opens(int flags) { return (flags & (O_CREAT | O_TRUNC)) != 0; }

#define OPEN(function) \
  int function(const char *path, int flags, ...) { \
    REAL(function); \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = va_arg(rest, mode_t); \
    va_end(rest); \
    if (opens(flags)) ON_PATH(AT_FDCWD, path, 1, "open"); \
    return real(path, flags, mode); \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(function) \
  int function(int dir, const char *path, int flags, ...) { \
    REAL(function); \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = va_arg(rest, mode_t); \
    va_end(rest); \
    if (opens(flags)) ON_PATH(dir, path, 1, "open"); \
    return real(dir, path, flags, mode); \
  }
OPENAT(openat)
OPENAT(openat64)

#define FOPEN(function) \
  FILE *function(const char *path, const char *how) { \
    REAL(function); \
    if (how[0] != 'r' && path_counts(AT_FDCWD, path) && hit("fopen", 1, 0)) return NULL; \
    return real(path, how); \
  }
FOPEN(fopen)
FOPEN(fopen64)

int rename(const char *from, const char *to) {
  REAL(rename);
  ON_PATH(AT_FDCWD, to, 0, "rename");
  return real(from, to);
}
int renameat(int one, const char *from, int two, const char *to) {
  REAL(renameat);
  ON_PATH(two, to, 0, "rename");
  return real(one, from, two, to);
}
int link(const char *from, const char *to) {
  REAL(link);
  ON_PATH(AT_FDCWD, to, 1, "link");
  return real(from, to);
}
int linkat(int one, const char *from, int two, const char *to, int flags) {
  REAL(linkat);
  ON_PATH(two, to, 1, "link");
  return real(one, from, two, to, flags);
}
int unlink(const char *path) {
  REAL(unlink);
  ON_PATH(AT_FDCWD, path, 0, "unlink");
  return real(path);
}
int unlinkat(int dir, const char *path, int flags) {
  REAL(unlinkat);
  ON_PATH(dir, path, 0, "unlink");
  return real(dir, path, flags);
}
int rmdir(const char *path) {
  REAL(rmdir);
  ON_PATH(AT_FDCWD, path, 0, "rmdir");
  return real(path);
}
int mkdir(const char *path, mode_t mode) {
  REAL(mkdir);
  ON_PATH(AT_FDCWD, path, 1, "mkdir");
  return real(path, mode);
}
int mkdirat(int dir, const char *path, mode_t mode) {
  REAL(mkdirat);
  ON_PATH(dir, path, 1, "mkdir");
  return real(dir, path, mode);
}
int chmod(const char *path, mode_t mode) {
  REAL(chmod);
  ON_PATH(AT_FDCWD, path, 0, "chmod");
  return real(path, mode);
}
int fsync(int file) {
  REAL(fsync);
  ON_FILE(file, 0, "fsync");
  return real(file);
}
int fdatasync(int file) {
  REAL(fdatasync);
  ON_FILE(file, 0, "fsync");
  return real(file);
}
int ftruncate(int file, off_t size) {
  REAL(ftruncate);
  ON_FILE(file, 1, "ftruncate");
  return real(file, size);
}
int ftruncate64(int file, off64_t size) {
  REAL(ftruncate64);
  ON_FILE(file, 1, "ftruncate");
  return real(file, size);
}
