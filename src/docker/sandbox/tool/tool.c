/* The one program in the sandbox image: pause, relay PORT, relay ADDRESS PORT SECONDS, kill MARK, rm PATH, dir MODE PATH, file PATH, own GID WHEN PATH.
   No libc: a few static kB an architecture. Built by scripts/build-tool.sh (`npm run tool`). */
#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
enum { SYS_read = 0, SYS_write = 1, SYS_close = 3, SYS_lseek = 8, SYS_rt_sigprocmask = 14, SYS_setitimer = 38, SYS_getpid = 39,
  SYS_socket = 41, SYS_connect = 42, SYS_shutdown = 48, SYS_wait4 = 61, SYS_kill = 62, SYS_fcntl = 72,
  SYS_fchmod = 91, SYS_rt_sigtimedwait = 128, SYS_prctl = 157, SYS_getdents64 = 217, SYS_exit_group = 231,
  SYS_openat = 257, SYS_mkdirat = 258, SYS_fchownat = 260, SYS_unlinkat = 263, SYS_fchmodat = 268, SYS_ppoll = 271,
  SYS_statx = 332, SYS_pidfd_send_signal = 424 };
enum { O_DIRECTORY = 0x10000, O_NOFOLLOW = 0x20000 };
__asm__(".globl _start\n_start: xor %ebp, %ebp\n mov %rsp, %rdi\n and $-16, %rsp\n call begin\n");

static long sys(long number, long a, long b, long c, long d, long e) {
  register long r10 __asm__("r10") = d, r8 __asm__("r8") = e;
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                   : "rcx", "r11", "memory");
  return result;
}
#elif defined(__aarch64__)
enum { SYS_fcntl = 25, SYS_mkdirat = 34, SYS_unlinkat = 35, SYS_fchmod = 52, SYS_fchmodat = 53, SYS_fchownat = 54, SYS_openat = 56, SYS_close = 57, SYS_getdents64 = 61, SYS_lseek = 62,
  SYS_read = 63, SYS_write = 64, SYS_ppoll = 73, SYS_exit_group = 94, SYS_setitimer = 103, SYS_kill = 129, SYS_rt_sigprocmask = 135,
  SYS_rt_sigtimedwait = 137, SYS_prctl = 167, SYS_getpid = 172, SYS_socket = 198, SYS_connect = 203,
  SYS_shutdown = 210, SYS_wait4 = 260, SYS_statx = 291, SYS_pidfd_send_signal = 424 };
enum { O_DIRECTORY = 0x4000, O_NOFOLLOW = 0x8000 };
__asm__(".globl _start\n_start: mov x29, #0\n mov x30, #0\n mov x0, sp\n bl begin\n");

static long sys(long number, long a, long b, long c, long d, long e) {
  register long x8 __asm__("x8") = number, x0 __asm__("x0") = a, x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c, x3 __asm__("x3") = d, x4 __asm__("x4") = e;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
  return x0;
}
#else
#error "amd64 and arm64 only"
#endif

enum { STDIN = 0, STDOUT = 1, STDERR = 2 };
enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };
enum { ENOENT = 2, ESRCH = 3, EINTR = 4, EAGAIN = 11, EACCES = 13, EEXIST = 17, ENOTDIR = 20, EISDIR = 21, EINVAL = 22,
  EPIPE = 32, ENAMETOOLONG = 36, ENOTEMPTY = 39, ELOOP = 40, ECONNREFUSED = 111 };
enum { SIGINT = 2, SIGKILL = 9, SIGPIPE = 13, SIGTERM = 15, SIGCHLD = 17 };
enum { O_WRONLY = 1, O_CREAT = 0x40, O_EXCL = 0x80, O_NONBLOCK = 0x800, O_CLOEXEC = 0x80000, O_PATH = 0x200000,
  AT_FDCWD = -100, AT_SYMLINK_NOFOLLOW = 0x100, AT_REMOVEDIR = 0x200, AT_EMPTY_PATH = 0x1000 };

/* ---- words ---- */
static size_t length(const char *text) {
  size_t n = 0;
  while (text[n]) n++;
  return n;
}

static int same(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

/* Plain decimal of at most `limit`; -1 for anything else. */
static long parse_number(const char *text, long limit) {
  long value = *text ? 0 : -1;
  for (; *text && value >= 0; text++) {
    value = *text < '0' || *text > '9' ? -1 : value * 10 + (*text - '0');
    if (value > limit) value = -1;
  }
  return value;
}

static void put(int fd, const char *text) { sys(SYS_write, fd, (long)text, length(text), 0, 0); }
static void put_number(int fd, unsigned long value) {
  char digits[24];
  char *at = digits + sizeof digits - 1;
  *at = 0;
  do *--at = '0' + value % 10; while (value /= 10);
  put(fd, at);
}

/* Says what failed and hands the (negative) error back; a negative result of a subcommand is exit 1. */
static long fail(const char *what, const char *subject, long error) {
  put(STDERR, what), put(STDERR, subject);
  if (error == -ECONNREFUSED) put(STDERR, ": connection refused\n");
  else put(STDERR, ": errno "), put_number(STDERR, -error), put(STDERR, "\n");
  return error;
}

static long refuse(const char *text) {
  put(STDERR, text);
  return EXIT_USAGE;
}

static void close_fd(int fd) { sys(SYS_close, fd, 0, 0, 0, 0); }
static uint64_t signal_bit(int number) { return 1ul << (number - 1); }
static void block_signals(uint64_t set) { sys(SYS_rt_sigprocmask, 0, (long)&set, 0, sizeof set, 0); }

/* ---- pause ---- */
/* Pid 1 gets no signal that it neither handles nor blocks; blocked ones queue up, so they are waited for. */
static long pause_forever(void) {
  uint64_t set = signal_bit(SIGTERM) | signal_bit(SIGINT) | signal_bit(SIGCHLD);
  block_signals(set);
  for (;;) {
    while (sys(SYS_wait4, -1, 0, 1 /* WNOHANG */, 0, 0) > 0) {}
    long got = sys(SYS_rt_sigtimedwait, (long)&set, 0, 0, sizeof set, 0);
    if (got == SIGTERM || got == SIGINT) return EXIT_OK;
  }
}

/* ---- relay ---- */
struct stream { int from, to, ended; size_t start, end; uint8_t bytes[65536]; };
struct poll_entry { int fd; short wanted, got; };
enum { AF_INET = 2, AF_INET6 = 10, POLLIN = 1, POLLOUT = 4, POLL_BROKEN = 8 | 16 | 32 /* ERR, HUP, NVAL */ };

static int pending(const struct stream *s) { return s->start < s->end; }

/* Reads once into the empty buffer. Negative: the source failed; its stream has ended either way. */
static long fill(struct stream *s) {
  long n = sys(SYS_read, s->from, (long)s->bytes, sizeof s->bytes, 0, 0);
  if (n == -EAGAIN || n == -EINTR) return 0;
  s->start = 0;
  s->end = n > 0 ? n : 0;
  s->ended = n <= 0;
  return n < 0 ? n : 0;
}

static long drain(struct stream *s) {
  while (pending(s)) {
    long n = sys(SYS_write, s->to, (long)(s->bytes + s->start), s->end - s->start, 0, 0);
    if (n == -EAGAIN) return 0;
    if (n == -EINTR) continue;
    if (n < 0) return n;
    s->start += n;
  }
  return 0;
}

/* `ip`: four bytes, or sixteen. */
static long dial(int family, const uint8_t *ip, long port) {
  uint8_t address[28] = { family, 0, port >> 8, port };
  for (int i = 0; i < (family == AF_INET ? 4 : 16); i++) address[(family == AF_INET ? 4 : 8) + i] = ip[i];
  long fd = sys(SYS_socket, family, 1 /* SOCK_STREAM */ | O_CLOEXEC, 0, 0, 0);
  long error = fd < 0 ? fd : sys(SYS_connect, fd, (long)address, family == AF_INET ? 16 : 28, 0, 0);
  if (error) close_fd(fd);
  return error ? error : fd;
}

/* Four plain numbers with dots between them. */
static int parse_ipv4(const char *text, uint8_t *ip) {
  for (int part = 0; part < 4; part++) {
    char digits[4] = { 0 };
    int size = 0;
    while (*text && *text != '.' && size < 3) digits[size++] = *text++;
    long value = parse_number(digits, 255);
    if (value < 0 || *text != (part < 3 ? '.' : 0)) return 0;
    ip[part] = value, text += part < 3;
  }
  return 1;
}

static void set_nonblocking(int fd) {
  sys(SYS_fcntl, fd, 4 /* F_SETFL */, sys(SYS_fcntl, fd, 3 /* F_GETFL */, 0, 0, 0) | O_NONBLOCK, 0, 0);
}

/* stdin → remote; a remote that takes no more ends this direction only, its answer may still be coming. */
static void move_up(struct stream *up) {
  if (drain(up) < 0) up->ended = 1, up->start = up->end;
  if (up->ended && !pending(up)) sys(SYS_shutdown, up->to, 1 /* SHUT_WR */, 0, 0, 0), up->to = -1;
}

/* Ends with the remote's stream, as a caller who waits for the end may never close stdin himself. */
static long pump(struct stream *up, struct stream *down) {
  long lost = 0;
  for (;;) {
    /* One entry a direction, and -1 where nothing is wanted: poll always reports a hang-up and would spin. */
    struct poll_entry polled[4] = {
      { up->ended || pending(up) ? -1 : up->from, POLLIN, 0 }, { pending(up) ? up->to : -1, POLLOUT, 0 },
      { down->ended || pending(down) ? -1 : down->from, POLLIN, 0 }, { down->to, pending(down) ? POLLOUT : 0, 0 },
    };
    if (sys(SYS_ppoll, (long)polled, 4, 0, 0, 0) < 0) continue;
    if (polled[0].got) fill(up);
    if ((polled[0].got || polled[1].got) && up->to >= 0) move_up(up);
    if (polled[2].got) lost = fill(down);
    if (drain(down) < 0 || polled[3].got & POLL_BROKEN) return fail("relay: ", "stdout", -EPIPE);
    if (down->ended && !pending(down)) return lost ? fail("relay: ", "remote", lost) : EXIT_OK;
  }
}

static long carry(long remote) {
  static struct stream up, down;
  up.from = STDIN, up.to = remote;
  down.from = remote, down.to = STDOUT;
  set_nonblocking(STDIN), set_nonblocking(STDOUT), set_nonblocking(remote);
  return pump(&up, &down);
}

static long relay(const char *port_text) {
  static const uint8_t ipv4[4] = { 127, 0, 0, 1 }, ipv6[16] = { [15] = 1 };
  long port = parse_number(port_text, 65535);
  if (port <= 0) return refuse("relay: PORT must be 1 to 65535\n");
  block_signals(signal_bit(SIGPIPE));
  long remote = dial(AF_INET, ipv4, port), error = remote;
  if (remote < 0) remote = dial(AF_INET6, ipv6, port);
  return remote < 0 ? fail("relay: port ", port_text, error) : carry(remote);
}

/* To somebody else. Says on stderr that it is connected, and ends by SIGALRM, as whoever started it may be gone. */
static long relay_to(const char *address, const char *port_text, const char *seconds_text) {
  uint8_t ip[4];
  long port = parse_number(port_text, 65535), seconds = parse_number(seconds_text, 86400);
  if (!parse_ipv4(address, ip)) return refuse("relay: ADDRESS must be an IPv4 address\n");
  if (port <= 0) return refuse("relay: PORT must be 1 to 65535\n");
  if (seconds <= 0) return refuse("relay: SECONDS must be 1 to 86400\n");
  long timer[4] = { 0, 0, seconds, 0 };
  sys(SYS_setitimer, 0 /* ITIMER_REAL */, (long)timer, 0, 0, 0);
  block_signals(signal_bit(SIGPIPE));
  long remote = dial(AF_INET, ip, port);
  if (remote < 0) return fail("relay: ", address, remote);
  put(STDERR, "connected\n");
  return carry(remote);
}

/* ---- directories ---- */
struct entry { uint64_t inode; int64_t offset; uint16_t size; uint8_t type; char name[]; };
static _Alignas(8) uint8_t entries[32768];

static long open_at(int dir, const char *name, int flags) {
  return sys(SYS_openat, dir, (long)name, flags | O_CLOEXEC, 0, 0);
}

static void rewind_dir(int dir) { sys(SYS_lseek, dir, 0, 0, 0, 0); }
static long read_entries(int dir) { return sys(SYS_getdents64, dir, (long)entries, sizeof entries, 0, 0); }
static struct entry *entry_at(long offset) { return (struct entry *)(entries + offset); }

/* ---- kill ---- */
enum { PID_LIMIT = 4194304, KILL_PASSES = 100 };
struct pass { long found, fresh, unreadable; };

/* Whether one NUL-ended string of an environ file is exactly `mark`; holds across the borders of reads. */
static int carries(int environ, const char *mark) {
  static char chunk[4096];
  long wanted = length(mark), matched = 0, n;
  while ((n = sys(SYS_read, environ, (long)chunk, sizeof chunk, 0, 0)) > 0 || n == -EINTR) {
    for (long i = 0; i < n; i++) {
      if (!chunk[i] && matched == wanted) return 1;
      if (!chunk[i]) matched = 0;
      else if (matched >= 0) matched = matched < wanted && mark[matched] == chunk[i] ? matched + 1 : -1;
    }
  }
  return matched == wanted;
}

/* The open /proc directory stays bound to its process, so a reused pid is not hit; kill serves kernels before 5.1. */
static int strike(int process, long pid) {
  long result = sys(SYS_pidfd_send_signal, process, SIGKILL, 0, 0, 0);
  if (result < 0 && result != -ESRCH) result = sys(SYS_kill, pid, SIGKILL, 0, 0, 0);
  return result == 0;
}

static void visit(int proc, const char *name, long pid, const char *mark, struct pass *pass) {
  static uint8_t struck[PID_LIMIT / 8 + 1]; /* a dying process is seen again, and must count once */
  long process = open_at(proc, name, O_DIRECTORY);
  long environ = process < 0 ? process : open_at(process, "environ", 0);
  if (environ == -EACCES) pass->unreadable++;
  if (environ >= 0 && carries(environ, mark)) {
    pass->found++;
    if (strike(process, pid) && !(struck[pid / 8] & 1 << pid % 8)) pass->fresh++, struck[pid / 8] |= 1 << pid % 8;
  }
  close_fd(environ), close_fd(process);
}

static struct pass kill_pass(int proc, const char *mark, long self) {
  struct pass pass = { 0, 0, 0 };
  long n;
  rewind_dir(proc);
  while ((n = read_entries(proc)) > 0) {
    for (long at = 0; at < n; at += entry_at(at)->size) {
      long pid = parse_number(entry_at(at)->name, PID_LIMIT);
      if (pid > 0 && pid != self) visit(proc, entry_at(at)->name, pid, mark, &pass);
    }
  }
  return pass;
}

/* Passes repeat until one finds nothing: what a marked process forked meanwhile is found by the next. */
static long kill_marked(const char *mark) {
  int64_t delay[2] = { 0, 20000000 }; /* 20 ms, for those struck already to die */
  long proc = open_at(AT_FDCWD, "/proc", O_DIRECTORY), self = sys(SYS_getpid, 0, 0, 0, 0, 0), killed = 0;
  struct pass pass;
  if (!*mark) return refuse("kill: MARK is empty\n");
  if (proc < 0) return fail("kill: ", "/proc", proc);
  for (int turn = 0; turn < KILL_PASSES; turn++) {
    pass = kill_pass(proc, mark, self);
    killed += pass.fresh;
    if (!pass.found) break;
    if (!pass.fresh) sys(SYS_ppoll, 0, 0, (long)delay, 0, 0);
  }
  put_number(STDOUT, killed), put(STDOUT, "\n");
  if (pass.unreadable) put_number(STDERR, pass.unreadable), put(STDERR, " processes not readable (no SYS_PTRACE?)\n");
  if (pass.found) put(STDERR, "marked processes are still alive\n");
  return pass.found ? EXIT_FAILED : EXIT_OK;
}

/* ---- rm ---- */
enum { GONE = 0, NOT_EMPTY = 1, HELD_FDS = 128, RACES = 1000 };

/* Removes a file, link or empty directory; a full one is opened as *child. Mount points are EBUSY: never entered. */
static long remove_entry(int dir, const char *name, int *child) {
  long result = 0;
  for (int turn = 0; turn < RACES; turn++) { /* again when the entry changed its kind in between */
    result = sys(SYS_unlinkat, dir, (long)name, 0, 0, 0);
    if (result == -EISDIR) result = sys(SYS_unlinkat, dir, (long)name, AT_REMOVEDIR, 0, 0);
    if (result == -ENOTEMPTY) {
      result = open_at(dir, name, O_DIRECTORY | O_NOFOLLOW);
      if (result >= 0) return *child = result, NOT_EMPTY;
    }
    if (result == 0 || result == -ENOENT) return GONE;
    if (result != -ENOTDIR && result != -ELOOP) break;
  }
  return fail("rm: ", name, result);
}

/* Removes what is in `dir` up to the first full directory, which is opened as *child. */
static long sweep(int dir, int *child, int *hollow) {
  long n, seen = 0;
  rewind_dir(dir);
  while ((n = read_entries(dir)) > 0) {
    for (long at = 0; at < n; at += entry_at(at)->size) {
      const char *name = entry_at(at)->name;
      if (same(name, ".") || same(name, "..")) continue;
      seen++;
      long result = remove_entry(dir, name, child);
      if (result != GONE) return result;
    }
  }
  if (n < 0 && n != -ENOENT) return fail("rm: ", "directory", n);
  /* Only full directories are entered: an empty one was changed meanwhile, which must not go on for ever. */
  if (!seen && ++*hollow > RACES) return fail("rm: ", "directory", -ENOTEMPTY);
  return GONE;
}

/* Depth first without `..`, which a moved directory would lead out of PATH. The deepest HELD_FDS are held open;
   when all of them are gone and the tree goes on above, the walk starts again from the top. */
static long remove_tree(int parent, const char *name) {
  static int held[HELD_FDS];
  int hollow = 0;
  for (;;) {
    int child, count = 1;
    long result = remove_entry(parent, name, &child);
    if (result != NOT_EMPTY) return result;
    held[0] = child;
    while (count > 0) {
      result = sweep(held[count - 1], &child, &hollow);
      if (result < 0) return result;
      if (result == GONE) { close_fd(held[--count]); continue; }
      if (count == HELD_FDS) {
        close_fd(held[0]);
        for (count = 0; count < HELD_FDS - 1; count++) held[count] = held[count + 1];
      }
      held[count++] = child;
    }
  }
}

/* Cuts the next component out of *rest in place; NULL at the end. */
static char *next_component(char **rest) {
  char *start = *rest, *end;
  while (*start == '/') start++;
  for (end = start; *end && *end != '/'; end++) {}
  *rest = *end ? end + 1 : end;
  *end = 0;
  return *start ? start : NULL;
}

/* Absolute, not /, without dots. */
static int is_plain(const char *path) {
  int names = 0;
  if (*path != '/') return 0;
  while (*path) {
    while (*path == '/') path++;
    const char *start = path;
    while (*path && *path != '/') path++;
    long size = path - start;
    if ((size == 1 || size == 2) && start[0] == '.' && start[size - 1] == '.') return 0;
    names += size > 0;
  }
  return names > 0;
}

typedef long (*opener)(int dir, const char *name);

/* Opens the directory above the last component, each one by `open`; *name is that component, or the one that failed. */
static long walk_to_parent(char *path, opener open, char **name) {
  long dir = open_at(AT_FDCWD, "/", O_PATH | O_DIRECTORY);
  char *next;
  for (*name = next_component(&path); dir >= 0 && (next = next_component(&path)); *name = dir < 0 ? *name : next) {
    long inner = open(dir, *name);
    close_fd(dir);
    dir = inner;
  }
  return dir;
}

/* Never follows a link: a pod may have planted one anywhere in its volume. */
static long open_inner(int dir, const char *name) { return open_at(dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW); }

static long remove_path(char *path) {
  char *name;
  if (!is_plain(path)) return refuse("rm: PATH must be absolute, not / and without . or ..\n");
  long dir = walk_to_parent(path, open_inner, &name);
  if (dir < 0) return dir == -ENOENT ? EXIT_OK : fail("rm: ", name, dir);
  return remove_tree(dir, name);
}

/* ---- what there is ---- */
/* struct statx of the kernel, the same for all architectures */
struct status { uint32_t mask, block; uint64_t attributes; uint32_t links, uid, gid; uint16_t mode, unused; uint64_t rest[28]; };
enum { FORMAT = 0170000, DIRECTORY = 0040000, REGULAR = 0100000, LINK = 0120000, SETGID = 02000, STATX_BASIC = 0x7ff };

/* Of the entry itself where it is a link; with an empty name of `dir`. */
static long look(int dir, const char *name, struct status *status) {
  return sys(SYS_statx, dir, (long)name, AT_SYMLINK_NOFOLLOW | (*name ? 0 : AT_EMPTY_PATH), STATX_BASIC, (long)status);
}

/* ---- dir, file ---- */
static long dir_mode; /* of directories that are made; -1: that of the directory above, as far as a kubelet takes it over */

/* The process's own umask and the directory's setgid bit both have a say in mkdir's mode, so it is set again. */
static long make_inner(int dir, const char *name) {
  struct status above;
  long error = look(dir, "", &above);
  if (error) return error;
  long made = sys(SYS_mkdirat, dir, (long)name, 0700, 0, 0);
  if (made && made != -EEXIST) return made;
  long inner = open_at(dir, name, O_DIRECTORY | O_NOFOLLOW);
  if (inner < 0 || made) return inner;
  error = sys(SYS_fchmod, inner, dir_mode < 0 ? above.mode & (SETGID | 0777) : dir_mode, 0, 0, 0);
  return error ? error : inner;
}

/* Plain octal of permission bits; -1 for "-", -2 for anything else. */
static long parse_mode(const char *text) {
  long mode = *text ? 0 : -2;
  if (same(text, "-")) return -1;
  for (; *text && mode >= 0; text++) mode = *text < '0' || *text > '7' || mode > 0777 / 8 ? -2 : mode * 8 + (*text - '0');
  return mode;
}

static long make_dir(const char *mode, char *path) {
  char *name;
  dir_mode = parse_mode(mode);
  if (dir_mode < -1) return refuse("dir: MODE must be octal, or -\n");
  if (!is_plain(path)) return refuse("dir: PATH must be absolute, not / and without . or ..\n");
  long dir = walk_to_parent(path, make_inner, &name);
  if (dir >= 0) dir = make_inner(dir, name);
  return dir < 0 ? fail("dir: ", name, dir) : EXIT_OK;
}

/* An empty one where there is nothing; the directory above has to be there. */
static long make_file(char *path) {
  struct status found;
  char *name;
  if (!is_plain(path)) return refuse("file: PATH must be absolute, not / and without . or ..\n");
  long dir = walk_to_parent(path, open_inner, &name);
  if (dir < 0) return fail("file: ", name, dir);
  long made = sys(SYS_openat, dir, (long)name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644, 0);
  if (made != -EEXIST) return made < 0 ? fail("file: ", name, made) : EXIT_OK;
  long error = look(dir, name, &found);
  if (!error && (found.mode & FORMAT) != REGULAR) error = -EINVAL;
  return error ? fail("file: ", name, error) : EXIT_OK;
}

/* ---- own ---- */
enum { READ_WRITE = 0660, SEARCH = 0110, DEEPEST = 500 };
struct level { int dir; int64_t next; };

/* Through /proc, as there is no call that takes the mode of a file that is only held by a path. */
static long set_mode(int held, long mode) {
  char path[] = "/proc/self/fd/0000000000", *end = path + length("/proc/self/fd/");
  long size = 1;
  for (int rest = held; rest >= 10; rest /= 10) size++;
  end[size] = 0;
  for (; size > 0; held /= 10) end[--size] = '0' + held % 10;
  return sys(SYS_fchmodat, AT_FDCWD, (long)path, mode, 0, 0);
}

/* Group and mode of one entry. A change of the group takes setuid bits away, so the mode is set after it. */
static long own_entry(int held, const struct status *found, long gid) {
  long error = found->gid == gid ? 0 : sys(SYS_fchownat, held, (long)"", -1, gid, AT_EMPTY_PATH);
  if (error || (found->mode & FORMAT) == LINK) return error;
  long mode = (found->mode & 07777) | READ_WRITE | ((found->mode & FORMAT) == DIRECTORY ? SETGID | SEARCH : 0);
  return mode == (found->mode & 07777) && found->gid == gid ? 0 : set_mode(held, mode);
}

/* Everything in `dir` from `next` on, up to the first directory, which is opened as *child. */
static long own_entries(struct level *level, long gid, int *child) {
  struct status found;
  long n, error;
  sys(SYS_lseek, level->dir, level->next, 0, 0, 0);
  while ((n = read_entries(level->dir)) > 0) {
    for (long at = 0; at < n; at += entry_at(at)->size) {
      const char *name = entry_at(at)->name;
      level->next = entry_at(at)->offset;
      if (same(name, ".") || same(name, "..")) continue;
      long held = open_at(level->dir, name, O_PATH | O_NOFOLLOW);
      if (held == -ENOENT) continue;
      error = held < 0 ? held : look(held, "", &found);
      if (!error && (found.mode & FORMAT) == DIRECTORY) {
        *child = open_at(held, ".", O_DIRECTORY);
        close_fd(held);
        return *child < 0 ? fail("own: ", name, *child) : 1;
      }
      if (!error) error = own_entry(held, &found, gid);
      if (error) return fail("own: ", name, error);
      close_fd(held);
    }
  }
  return n < 0 && n != -ENOENT ? fail("own: ", "directory", n) : 0;
}

/* A directory comes after all that is in it, so that the top tells whether the whole was done. */
static long own_tree(int top, long gid) {
  static struct level levels[DEEPEST];
  struct status found;
  int count = 1, child = -1;
  levels[0].dir = top, levels[0].next = 0;
  while (count > 0) {
    long result = own_entries(&levels[count - 1], gid, &child);
    if (result < 0) return result;
    if (result > 0) {
      if (count == DEEPEST) return fail("own: ", "too deep", -ENAMETOOLONG);
      levels[count].dir = child, levels[count++].next = 0;
      continue;
    }
    int done = levels[--count].dir;
    long error = look(done, "", &found);
    if (!error) error = own_entry(done, &found, gid);
    if (error) return fail("own: ", "directory", error);
    close_fd(done);
  }
  return EXIT_OK;
}

/* Gives a tree to a group, with the bits it needs; not when its top shows that it has it already and WHEN is "mismatch". */
static long own(const char *group, const char *when, char *path) {
  const long wanted = READ_WRITE | SEARCH | SETGID;
  struct status found;
  char *name;
  long gid = parse_number(group, 4294967294);
  if (gid < 0) return refuse("own: GID must be a number\n");
  if (!same(when, "always") && !same(when, "mismatch")) return refuse("own: WHEN must be always or mismatch\n");
  if (!is_plain(path)) return refuse("own: PATH must be absolute, not / and without . or ..\n");
  long dir = walk_to_parent(path, open_inner, &name);
  long top = dir < 0 ? dir : open_at(dir, name, O_DIRECTORY | O_NOFOLLOW);
  long error = top < 0 ? top : look(top, "", &found);
  if (error) return fail("own: ", name, error);
  if (same(when, "mismatch") && found.gid == gid && (found.mode & wanted) == wanted) return EXIT_OK;
  return own_tree(top, gid);
}

/* ---- entry ---- */
static long run_one(long argc, char **argv) {
  if (argc == 2 && same(argv[1], "pause")) return pause_forever();
  if (argc == 3 && same(argv[1], "relay")) return relay(argv[2]);
  if (argc == 5 && same(argv[1], "relay")) return relay_to(argv[2], argv[3], argv[4]);
  if (argc == 3 && same(argv[1], "kill")) return kill_marked(argv[2]);
  if (argc == 3 && same(argv[1], "rm")) return remove_path(argv[2]);
  if (argc == 4 && same(argv[1], "dir")) return make_dir(argv[2], argv[3]);
  if (argc == 3 && same(argv[1], "file")) return make_file(argv[2]);
  if (argc == 5 && same(argv[1], "own")) return own(argv[2], argv[3], argv[4]);
  return refuse("usage: pause | relay PORT | relay ADDRESS PORT SECONDS | kill MARK | rm PATH | dir MODE PATH | file PATH | own GID WHEN PATH [+ ...]\n");
}

/* Several one after the other, with + between them, up to the first that fails. */
static long run(long argc, char **argv) {
  for (;;) {
    long count = 1;
    while (count < argc && !same(argv[count], "+")) count++;
    long code = run_one(count, argv);
    if (code != EXIT_OK || count == argc) return code;
    argc -= count, argv += count;
  }
}

/* Not dumpable, before anything else: whatever runs in the sandbox inherits the pod's record in its environment,
   and a pod's process with the same uid must not read it from /proc. */
__attribute__((noreturn, used)) void begin(long *stack) {
  sys(SYS_prctl, 4 /* PR_SET_DUMPABLE */, 0, 0, 0, 0);
  long code = run(stack[0], (char **)(stack + 1));
  for (;;) sys(SYS_exit_group, code < 0 ? EXIT_FAILED : code, 0, 0, 0, 0);
}
