/* Counts the calls of this process that change files, over all threads, and does harm at the n-th: kills the process before
   the call is made, or lets that call and those after it fail with ENOSPC until there is room again. Shifts the clock, too. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static atomic_long calls;
static atomic_long kill_at = -1;
static atomic_long full_from = -1;
static atomic_int armed;

/* Counting begins anew; -1 is never. */
void faults_arm(long kill, long full) {
    atomic_store(&calls, 0);
    atomic_store(&kill_at, kill);
    atomic_store(&full_from, full);
    atomic_store(&armed, 1);
}

/* Counting ends, and there is room again. Tells how many calls there were. */
long faults_lift(void) {
    atomic_store(&armed, 0);
    return atomic_load(&calls);
}

/* Whether the call fails. A call that frees room (`takes` is 0) is counted and never fails. */
static int harm(int takes) {
    if (!atomic_load(&armed)) return 0;
    long call = atomic_fetch_add(&calls, 1) + 1;
    if (call == atomic_load(&kill_at)) kill(getpid(), SIGKILL);
    long full = atomic_load(&full_from);
    if (!takes || full < 0 || call < full) return 0;
    errno = ENOSPC;
    return 1;
}

static atomic_long clock_shift;

/* Sets the clock of the day forward, or back. */
void faults_shift_clock(long seconds) { atomic_store(&clock_shift, seconds); }

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int clock_gettime(clockid_t clock, struct timespec *now) {
    int told = REAL(clock_gettime)(clock, now);
    if (told == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += atomic_load(&clock_shift);
    return told;
}

int gettimeofday(struct timeval *now, void *zone) {
    int told = REAL(gettimeofday)(now, zone);
    if (told == 0) now->tv_sec += atomic_load(&clock_shift);
    return told;
}

time_t time(time_t *now) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (now) *now = exact.tv_sec;
    return exact.tv_sec;
}

/* Pipes and sockets are no files: what is written there survives nothing. */
static int is_file(int fd) {
    int before = errno;
    struct stat about;
    int found = fd > 2 && fstat(fd, &about) == 0 && S_ISREG(about.st_mode);
    errno = before;
    return found;
}

static int grows(int fd, off_t size) {
    struct stat about;
    return fstat(fd, &about) == 0 && size > about.st_size;
}

#define MAKES (O_CREAT | O_TRUNC)
#define OPENS(name, ...)                                  \
    mode_t mode = 0;                                      \
    if (flags & (O_CREAT | O_TMPFILE)) {                  \
        va_list rest;                                     \
        va_start(rest, flags);                            \
        mode = va_arg(rest, mode_t);                      \
        va_end(rest);                                     \
    }                                                     \
    if ((flags & MAKES) && harm(flags & O_CREAT)) return -1; \
    return REAL(name)(__VA_ARGS__, flags, mode);

int open(const char *path, int flags, ...) { OPENS(open, path) }
int open64(const char *path, int flags, ...) { OPENS(open64, path) }
int openat(int folder, const char *path, int flags, ...) { OPENS(openat, folder, path) }
int openat64(int folder, const char *path, int flags, ...) { OPENS(openat64, folder, path) }

ssize_t write(int fd, const void *bytes, size_t size) { return is_file(fd) && harm(1) ? -1 : REAL(write)(fd, bytes, size); }
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) { return harm(1) ? -1 : REAL(pwrite)(fd, bytes, size, at); }
ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) { return harm(1) ? -1 : REAL(pwrite64)(fd, bytes, size, at); }
ssize_t writev(int fd, const struct iovec *parts, int number) { return is_file(fd) && harm(1) ? -1 : REAL(writev)(fd, parts, number); }
int fsync(int fd) { return harm(1) ? -1 : REAL(fsync)(fd); }
int fdatasync(int fd) { return harm(1) ? -1 : REAL(fdatasync)(fd); }
int ftruncate(int fd, off_t size) { return harm(grows(fd, size)) ? -1 : REAL(ftruncate)(fd, size); }
int ftruncate64(int fd, off64_t size) { return harm(grows(fd, size)) ? -1 : REAL(ftruncate64)(fd, size); }
int fallocate(int fd, int mode, off_t at, off_t size) { return harm(1) ? -1 : REAL(fallocate)(fd, mode, at, size); }
int rename(const char *from, const char *to) { return harm(1) ? -1 : REAL(rename)(from, to); }
int renameat(int a, const char *from, int b, const char *to) { return harm(1) ? -1 : REAL(renameat)(a, from, b, to); }
int link(const char *from, const char *to) { return harm(1) ? -1 : REAL(link)(from, to); }
int linkat(int a, const char *from, int b, const char *to, int flags) { return harm(1) ? -1 : REAL(linkat)(a, from, b, to, flags); }
int mkdir(const char *path, mode_t mode) { return harm(1) ? -1 : REAL(mkdir)(path, mode); }
int mkdirat(int folder, const char *path, mode_t mode) { return harm(1) ? -1 : REAL(mkdirat)(folder, path, mode); }
int unlink(const char *path) { harm(0); return REAL(unlink)(path); }
int unlinkat(int folder, const char *path, int flags) { harm(0); return REAL(unlinkat)(folder, path, flags); }
int rmdir(const char *path) { harm(0); return REAL(rmdir)(path); }
int remove(const char *path) { harm(0); return REAL(remove)(path); }
