/* The one program in the sandbox image: pause, relay PORT, kill MARK, rm PATH.
   No libc: a few static kB an architecture. Built by scripts/build-tool.sh (`npm run tool`). */
#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
enum { SYS_read = 0, SYS_write = 1, SYS_close = 3, SYS_lseek = 8, SYS_rt_sigprocmask = 14, SYS_getpid = 39,
  SYS_socket = 41, SYS_connect = 42, SYS_shutdown = 48, SYS_wait4 = 61, SYS_kill = 62, SYS_fcntl = 72,
  SYS_rt_sigtimedwait = 128, SYS_prctl = 157, SYS_getdents64 = 217, SYS_exit_group = 231, SYS_openat = 257,
  SYS_unlinkat = 263, SYS_ppoll = 271, SYS_pidfd_send_signal = 424 };
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
enum { SYS_fcntl = 25, SYS_unlinkat = 35, SYS_openat = 56, SYS_close = 57, SYS_getdents64 = 61, SYS_lseek = 62,
  SYS_read = 63, SYS_write = 64, SYS_ppoll = 73, SYS_exit_group = 94, SYS_kill = 129, SYS_rt_sigprocmask = 135,
  SYS_rt_sigtimedwait = 137, SYS_prctl = 167, SYS_getpid = 172, SYS_socket = 198, SYS_connect = 203,
  SYS_shutdown = 210, SYS_wait4 = 260, SYS_pidfd_send_signal = 424 };
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
enum { ENOENT = 2, ESRCH = 3, EINTR = 4, EAGAIN = 11, EACCES = 13, ENOTDIR = 20, EISDIR = 21, EPIPE = 32,
  ENOTEMPTY = 39, ELOOP = 40, ECONNREFUSED = 111 };
enum { SIGINT = 2, SIGKILL = 9, SIGPIPE = 13, SIGTERM = 15, SIGCHLD = 17 };
enum { O_NONBLOCK = 0x800, O_CLOEXEC = 0x80000, O_PATH = 0x200000, AT_FDCWD = -100, AT_REMOVEDIR = 0x200 };

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

static long dial(int family, long port) {
  uint8_t address[28] = { family, 0, port >> 8, port };
  if (family == AF_INET) address[4] = 127, address[7] = 1;
  else address[23] = 1; /* ::1 */
  long fd = sys(SYS_socket, family, 1 /* SOCK_STREAM */ | O_CLOEXEC, 0, 0, 0);
  long error = fd < 0 ? fd : sys(SYS_connect, fd, (long)address, family == AF_INET ? 16 : 28, 0, 0);
  if (error) close_fd(fd);
  return error ? error : fd;
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

static long relay(const char *port_text) {
  static struct stream up, down;
  long port = parse_number(port_text, 65535);
  if (port <= 0) return refuse("relay: PORT must be 1 to 65535\n");
  block_signals(signal_bit(SIGPIPE));
  long remote = dial(AF_INET, port), error = remote;
  if (remote < 0) remote = dial(AF_INET6, port);
  if (remote < 0) return fail("relay: port ", port_text, error);
  up.from = STDIN, up.to = remote;
  down.from = remote, down.to = STDOUT;
  set_nonblocking(STDIN), set_nonblocking(STDOUT), set_nonblocking(remote);
  return pump(&up, &down);
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

/* Walks to the parent without following links: a pod may have planted one anywhere in its volume. */
static long remove_path(char *path) {
  long dir = open_at(AT_FDCWD, "/", O_PATH | O_DIRECTORY);
  char *name = *path == '/' ? next_component(&path) : NULL;
  if (!name) return refuse("rm: PATH must be absolute and not /\n");
  for (;;) {
    if (same(name, ".") || same(name, "..")) return refuse("rm: PATH must not contain . or ..\n");
    char *next = next_component(&path);
    if (!next) break;
    if (dir >= 0) {
      long inner = open_at(dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW);
      close_fd(dir);
      dir = inner;
      if (dir < 0 && dir != -ENOENT) return fail("rm: ", name, dir);
    }
    name = next;
  }
  return dir == -ENOENT ? EXIT_OK : remove_tree(dir, name);
}

/* ---- entry ---- */
static long run(long argc, char **argv) {
  if (argc == 2 && same(argv[1], "pause")) return pause_forever();
  if (argc == 3 && same(argv[1], "relay")) return relay(argv[2]);
  if (argc == 3 && same(argv[1], "kill")) return kill_marked(argv[2]);
  if (argc == 3 && same(argv[1], "rm")) return remove_path(argv[2]);
  return refuse("usage: pause | relay PORT | kill MARK | rm PATH\n");
}

/* Not dumpable, before anything else: whatever runs in the sandbox inherits the pod's record in its environment,
   and a pod's process with the same uid must not read it from /proc. */
__attribute__((noreturn, used)) void begin(long *stack) {
  sys(SYS_prctl, 4 /* PR_SET_DUMPABLE */, 0, 0, 0, 0);
  long code = run(stack[0], (char **)(stack + 1));
  for (;;) sys(SYS_exit_group, code < 0 ? EXIT_FAILED : code, 0, 0, 0, 0);
}
