/* Kills this process with SIGKILL just before its n-th call that changes a file, counted over all threads.
   KILL_AT=n chooses the call; KILL_COUNT_FILE=path makes the process write the number of its calls there when it ends. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
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

static atomic_long calls;
static long kill_at = -1;
static int armed;

/* Called by the program itself when the part that is to be killed begins. */
void kill_at_call_arm(void) { armed = 1; }

static void count(void) {
    if (!armed) return;
    long call = atomic_fetch_add(&calls, 1) + 1;
    if (call == kill_at) kill(getpid(), SIGKILL);
}

__attribute__((constructor)) static void begin(void) {
    const char *at = getenv("KILL_AT");
    if (at) kill_at = atol(at);
}

__attribute__((destructor)) static void end(void) {
    const char *path = getenv("KILL_COUNT_FILE");
    if (!path) return;
    armed = 0;
    FILE *file = fopen(path, "w");
    if (file) {
        fprintf(file, "%ld\n", atomic_load(&calls));
        fclose(file);
    }
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* Pipes and sockets are no files: what is written there survives nothing. */
static int is_file(int fd) {
    struct stat about;
    return fd > 2 && fstat(fd, &about) == 0 && S_ISREG(about.st_mode);
}

ssize_t write(int fd, const void *bytes, size_t size) { if (is_file(fd)) count(); return REAL(write)(fd, bytes, size); }
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) { count(); return REAL(pwrite)(fd, bytes, size, at); }
ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) { count(); return REAL(pwrite64)(fd, bytes, size, at); }
ssize_t writev(int fd, const struct iovec *parts, int number) { if (is_file(fd)) count(); return REAL(writev)(fd, parts, number); }
int fsync(int fd) { count(); return REAL(fsync)(fd); }
int fdatasync(int fd) { count(); return REAL(fdatasync)(fd); }
int ftruncate(int fd, off_t size) { count(); return REAL(ftruncate)(fd, size); }
int ftruncate64(int fd, off64_t size) { count(); return REAL(ftruncate64)(fd, size); }
int rename(const char *from, const char *to) { count(); return REAL(rename)(from, to); }
int unlink(const char *path) { count(); return REAL(unlink)(path); }
int unlinkat(int folder, const char *path, int flags) { count(); return REAL(unlinkat)(folder, path, flags); }
int rmdir(const char *path) { count(); return REAL(rmdir)(path); }
int mkdir(const char *path, mode_t mode) { count(); return REAL(mkdir)(path, mode); }
int remove(const char *path) { count(); return REAL(remove)(path); }
