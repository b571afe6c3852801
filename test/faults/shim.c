// Lets one system call of a program go wrong: preloaded, it counts the calls that touch files below FAULT_ROOT, and at the
// call number FAULT_AT it fails with an error, or ends the process before or after the call. Linux, glibc.
//
//   FAULT_ROOT  path of a folder; calls on other files are not counted
//   FAULT_AT    from 1; 0 or none: never
//   FAULT_KIND  EIO, ENOSPC, kill (before the call), kill-after, short (a write takes half)
//   FAULT_LOG   a file that gets a line for each counted call: number, name, path
#define _GNU_SOURCE
#include <dirent.h>
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

enum verdict { PASS, FAIL, KILL_AFTER, SHORT };

static atomic_int counted;

// The real function of a name, looked up once for each of the wrappers below.
#define REAL(result, name, ...) \
  static result (*real)(__VA_ARGS__); \
  if (real == NULL) real = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

static void note(int number, const char *name, const char *path) {
  const char *log = getenv("FAULT_LOG");
  if (log == NULL) return;
  char line[PATH_MAX + 64];
  int length = snprintf(line, sizeof line, "%d %s %s\n", number, name, path);
  static int (*real_open)(const char *, int, ...);
  static ssize_t (*real_write)(int, const void *, size_t);
  static int (*real_close)(int);
  if (real_open == NULL) {
    real_open = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open64");
    real_write = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    real_close = (int (*)(int))dlsym(RTLD_NEXT, "close");
  }
  int file = real_open(log, O_WRONLY | O_APPEND | O_CREAT, 0644);
  if (file < 0) return;
  if (real_write(file, line, (size_t)length) < 0) abort();
  real_close(file);
}

static enum verdict judge(const char *name, const char *path) {
  const char *root = getenv("FAULT_ROOT");
  if (root == NULL || path == NULL || strncmp(path, root, strlen(root)) != 0) return PASS;
  int number = ++counted;
  note(number, name, path);
  const char *at = getenv("FAULT_AT");
  const char *kind = getenv("FAULT_KIND");
  if (at == NULL || kind == NULL || atoi(at) != number) return PASS;
  if (strcmp(kind, "kill") == 0) raise(SIGKILL);
  if (strcmp(kind, "kill-after") == 0) return KILL_AFTER;
  if (strcmp(kind, "short") == 0) return SHORT;
  errno = strcmp(kind, "ENOSPC") == 0 ? ENOSPC : EIO;
  return FAIL;
}

static enum verdict judge_file(const char *name, int file) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return PASS;
  path[length] = 0;
  int before = errno;
  enum verdict verdict = judge(name, path);
  if (verdict != FAIL) errno = before;
  return verdict;
}

#define WITH_VERDICT(verdict_of, call) \
  enum verdict verdict = verdict_of; \
  if (verdict == FAIL) return -1; \
  __typeof__(call) result = call; \
  if (verdict == KILL_AFTER) raise(SIGKILL); \
  return result

int link(const char *from, const char *to) { REAL(int, link, const char *, const char *); WITH_VERDICT(judge("link", to), real(from, to)); }
int rename(const char *from, const char *to) { REAL(int, rename, const char *, const char *); WITH_VERDICT(judge("rename", to), real(from, to)); }
int unlink(const char *path) { REAL(int, unlink, const char *); WITH_VERDICT(judge("unlink", path), real(path)); }
int rmdir(const char *path) { REAL(int, rmdir, const char *); WITH_VERDICT(judge("rmdir", path), real(path)); }
int mkdir(const char *path, mode_t mode) { REAL(int, mkdir, const char *, mode_t); WITH_VERDICT(judge("mkdir", path), real(path, mode)); }
int fsync(int file) { REAL(int, fsync, int); WITH_VERDICT(judge_file("fsync", file), real(file)); }
int fdatasync(int file) { REAL(int, fdatasync, int); WITH_VERDICT(judge_file("fsync", file), real(file)); }
int scandir(const char *path, struct dirent ***names, int (*filter)(const struct dirent *), int (*compare)(const struct dirent **, const struct dirent **)) {
  REAL(int, scandir, const char *, struct dirent ***, int (*)(const struct dirent *), int (*)(const struct dirent **, const struct dirent **));
  WITH_VERDICT(judge("scandir", path), real(path, names, filter, compare));
}
int scandir64(const char *path, struct dirent64 ***names, int (*filter)(const struct dirent64 *), int (*compare)(const struct dirent64 **, const struct dirent64 **)) {
  REAL(int, scandir64, const char *, struct dirent64 ***, int (*)(const struct dirent64 *), int (*)(const struct dirent64 **, const struct dirent64 **));
  WITH_VERDICT(judge("scandir", path), real(path, names, filter, compare));
}

static const char *name_of_open(int flags) { return flags & O_CREAT ? "create" : "open"; }

int open(const char *path, int flags, ...) {
  REAL(int, open, const char *, int, ...);
  va_list list;
  va_start(list, flags);
  mode_t mode = flags & O_CREAT ? va_arg(list, mode_t) : 0;
  va_end(list);
  WITH_VERDICT(judge(name_of_open(flags), path), real(path, flags, mode));
}
int open64(const char *path, int flags, ...) {
  REAL(int, open64, const char *, int, ...);
  va_list list;
  va_start(list, flags);
  mode_t mode = flags & O_CREAT ? va_arg(list, mode_t) : 0;
  va_end(list);
  WITH_VERDICT(judge(name_of_open(flags), path), real(path, flags, mode));
}

#define WRITE(call, half) \
  enum verdict verdict = judge_file("write", file); \
  if (verdict == FAIL) return -1; \
  ssize_t result = verdict == SHORT ? half : call; \
  if (verdict == KILL_AFTER) raise(SIGKILL); \
  return result

ssize_t write(int file, const void *bytes, size_t length) { REAL(ssize_t, write, int, const void *, size_t); WRITE(real(file, bytes, length), real(file, bytes, length / 2)); }
ssize_t pwrite(int file, const void *bytes, size_t length, off_t at) { REAL(ssize_t, pwrite, int, const void *, size_t, off_t); WRITE(real(file, bytes, length, at), real(file, bytes, length / 2, at)); }
ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t at) { REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t); WRITE(real(file, bytes, length, at), real(file, bytes, length / 2, at)); }
ssize_t writev(int file, const struct iovec *pieces, int count) { REAL(ssize_t, writev, int, const struct iovec *, int); WITH_VERDICT(judge_file("write", file), real(file, pieces, count)); }
ssize_t read(int file, void *bytes, size_t length) { REAL(ssize_t, read, int, void *, size_t); WITH_VERDICT(judge_file("read", file), real(file, bytes, length)); }
ssize_t pread(int file, void *bytes, size_t length, off_t at) { REAL(ssize_t, pread, int, void *, size_t, off_t); WITH_VERDICT(judge_file("read", file), real(file, bytes, length, at)); }
ssize_t pread64(int file, void *bytes, size_t length, off64_t at) { REAL(ssize_t, pread64, int, void *, size_t, off64_t); WITH_VERDICT(judge_file("read", file), real(file, bytes, length, at)); }
