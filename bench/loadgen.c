// Load generator and servers in one thread, for bench/compare.
//
// One epoll loop plays the clients of a proxy and the servers behind it, so that both together cost one
// core and the proxy can have another to itself. The servers answer as long as the process lives; loads
// come and go as commands. Try `loadgen --help`.
//
// Terms: a *client* is our connection to the proxy, a *server* is the proxy's connection to us.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum {
  HEAD_MAX = 4096,            // a request's or response's head may not be longer
  SCRATCH_SIZE = 256 << 10,   // one read
  BLOCK_SIZE = 1 << 20,       // bodies are this block, repeated
  DISCARD_MAX = 4 << 20,      // one read of body bytes that nobody looks at
  EVENTS_MAX = 256,           // events taken at once
  PIDS_MAX = 16,              // processes whose CPU is counted together
  OPENING_MAX = 64,           // `hold` opens this many at a time
  LATENCY_US_MAX = 2000000,   // longer latencies are counted as this long
  SOURCE_ADDRESSES = 64,      // clients come from 127.0.0.2 and up: more ports than one address has
  COOKIE_MAX = 128,
  REQUEST_MAX = 768,
  HOPELESS_ERRORS = 2000,     // a load with this many errors and fewer answers ends at once
};

static const uint64_t NS_PER_S = 1000000000;
static const uint64_t NAP_NS = 20000000;  // how late a deadline or a command may be noticed

static const char *HELP =
    "loadgen: HTTP/1.1 load and the servers behind the proxy, in one thread.\n"
    "\n"
    "usage: loadgen [--servers PORT,PORT...] [COMMAND [KEY=VALUE...]]\n"
    "  With a COMMAND it runs that and ends. Without, it reads commands from standard input, one per line,\n"
    "  and answers each with one JSON line. The servers listen on 127.0.0.1 all the while.\n"
    "\n"
    "  load port=P [path=/128] [clients=64] [warm=1] [seconds=3] [rate=R] [close=1] [sessions=N] [pids=N,N]\n"
    "      Closed loop: each client sends its next request when the answer is complete. Prints START when the\n"
    "      warm-up is over and measuring begins, then one JSON line. Latencies are in microseconds.\n"
    "      rate=R    open loop: R requests a second, latency counted from the time each was due to be sent\n"
    "      close=1   a connection for each request\n"
    "      sessions=N  each request is of the next of N users (X-User: N) and carries the cookie that its client\n"
    "                was told last\n"
    "      pids=N,N  adds CPU time of these processes in the measured time\n"
    "  hold port=P [clients=10000] [seconds=S]\n"
    "      Opens idle connections (one request on each), prints a line when all are there, keeps them until\n"
    "      `release`, the next command, or S seconds.\n"
    "  release   closes what `hold` opened\n"
    "  quit      ends\n"
    "\n"
    "Paths that the servers know: /128 /10k /1m /64m (the size of the body); any other gets 128 bytes.\n"
    "\n"
    "example: loadgen --servers 9001,9002 load port=8080 path=/10k seconds=5 pids=$(pidof haproxy)\n";

enum kind { COMMANDS, LISTENER, SERVER, CLIENT };

struct conn {
  int fd;
  enum kind kind;
  bool awaits_writable;
  // Output: a head, then so many bytes of the block, repeated.
  const char *head;
  size_t head_left;
  size_t body_left;
  // Input: the part of a head that has arrived; then, on a client, how much of the body has not.
  char in[HEAD_MAX];
  size_t in_len;
  bool in_body;
  size_t in_body_left;
  // This exchange.
  bool busy;
  bool closes;  // the connection ends with it
  uint64_t due_ns;
  // With sessions: its own request, and the cookie that it was told.
  char *request;
  char cookie[COOKIE_MAX];
};

/** What one `load` or `hold` command asks for. */
struct load {
  int port;
  char path[256];
  int clients;
  double warm_s, seconds, rate;
  bool close_each, holds;
  unsigned sessions;
  pid_t pids[PIDS_MAX];
  int pid_count;
};

/** The scheduler's own figures, summed over the living threads of a process. */
struct sched {
  uint64_t ran_ns;     // on a core: a second opinion on cpu_ns
  uint64_t waited_ns;  // ready, while something else had the core
};

/** A load under way. */
struct run {
  struct load load;
  bool active, measuring, held;
  char request[512];
  size_t request_len;
  struct conn *clients;
  int opened;
  // Open loop: clients with nothing to do, first in first out, and when the next request is due.
  struct conn **idle;
  size_t idle_head, idle_count;
  double next_due_ns, interval_ns;
  uint64_t measure_ns, end_ns, begun_ns, begun_cpu_ns;
  struct sched begun_sched;
  uint64_t done, all_done, errors, all_errors, reopened, bytes;
  uint32_t *latencies;  // count by microsecond
};

static int epoll_fd;
static struct run run;
static char scratch[SCRATCH_SIZE];
static char block[BLOCK_SIZE];
static char congestion[16] = "";  // what the servers' connections use

// ---------------------------------------------------------------- small helpers

static void die(const char *what) {
  fprintf(stderr, "loadgen: %s: %s\n", what, strerror(errno));
  exit(1);
}

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

static void say(const char *format, ...) {
  va_list args;
  va_start(args, format);
  vprintf(format, args);
  va_end(args);
  fflush(stdout);
}

/** CPU time of a whole process, threads that have ended included. */
static uint64_t cpu_ns(pid_t pid) {
  clockid_t clock;
  struct timespec t;
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &t) != 0) return 0;
  return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

/** Adds what the scheduler says of each living thread. */
static void add_sched(pid_t pid, struct sched *sum) {
  char path[300];
  snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
  DIR *tasks = opendir(path);
  if (!tasks) return;
  for (struct dirent *task; (task = readdir(tasks));) {
    snprintf(path, sizeof path, "/proc/%d/task/%s/schedstat", (int)pid, task->d_name);
    FILE *f = task->d_name[0] == '.' ? NULL : fopen(path, "r");
    unsigned long long ran = 0, waited = 0;
    if (f && fscanf(f, "%llu %llu", &ran, &waited) == 2) {
      sum->ran_ns += ran;
      sum->waited_ns += waited;
    }
    if (f) fclose(f);
  }
  closedir(tasks);
}

static uint64_t all_cpu_ns(void) {
  uint64_t sum = 0;
  for (int i = 0; i < run.load.pid_count; i++) sum += cpu_ns(run.load.pids[i]);
  return sum;
}

static struct sched all_sched(void) {
  struct sched sum = {0, 0};
  for (int i = 0; i < run.load.pid_count; i++) add_sched(run.load.pids[i], &sum);
  return sum;
}

/** The value of a header in the head [head, end), or NULL. Names are compared without case. */
static const char *header(const char *head, const char *end, const char *name) {
  size_t n = strlen(name);
  for (const char *line = head; line < end;) {
    const char *newline = memchr(line, '\n', (size_t)(end - line));
    if (!newline) return NULL;
    line = newline + 1;
    if ((size_t)(end - line) > n && line[n] == ':' && strncasecmp(line, name, n) == 0) {
      for (line += n + 1; line < end && (*line == ' ' || *line == '\t');) line++;
      return line;
    }
  }
  return NULL;
}

static bool says_close(const char *head, const char *end) {
  const char *value = header(head, end, "connection");
  return value && strncasecmp(value, "close", 5) == 0;
}

// ---------------------------------------------------------------- connections

static void watch(struct conn *c, int operation) {
  struct epoll_event e = {.events = EPOLLIN | (c->awaits_writable ? EPOLLOUT : 0u), .data.ptr = c};
  if (epoll_ctl(epoll_fd, operation, c->fd, &e) != 0) die("epoll_ctl");
}

static void await_writable(struct conn *c, bool wanted) {
  if (c->awaits_writable == wanted) return;
  c->awaits_writable = wanted;
  watch(c, EPOLL_CTL_MOD);
}

static ssize_t send_some(struct conn *c) {
  if (c->body_left == 0) return send(c->fd, c->head, c->head_left, MSG_NOSIGNAL);
  size_t from_block = c->body_left < BLOCK_SIZE ? c->body_left : BLOCK_SIZE;
  struct iovec parts[2] = {{(void *)c->head, c->head_left}, {block, from_block}};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
  return sendmsg(c->fd, &message, MSG_NOSIGNAL);
}

/** Sends what there is to send. False when the connection is lost. */
static bool flush_output(struct conn *c) {
  while (c->head_left + c->body_left > 0) {
    ssize_t sent = send_some(c);
    if (sent < 0) {
      if (errno != EAGAIN) return false;
      await_writable(c, true);
      return true;
    }
    size_t of_head = (size_t)sent < c->head_left ? (size_t)sent : c->head_left;
    c->head += of_head;
    c->head_left -= of_head;
    c->body_left -= (size_t)sent - of_head;
  }
  await_writable(c, false);
  return true;
}

/** Reads behind what was kept of an unfinished head; the whole is then in `scratch`. */
static ssize_t read_head(struct conn *c) {
  memcpy(scratch, c->in, c->in_len);
  return recv(c->fd, scratch + c->in_len, SCRATCH_SIZE - c->in_len, 0);
}

/** Keeps an unfinished head for the next read. False when it is too long to be one. */
static bool keep(struct conn *c, const char *bytes, size_t n) {
  if (n > HEAD_MAX) return false;
  memmove(c->in, bytes, n);
  c->in_len = n;
  return true;
}

// ---------------------------------------------------------------- servers

struct reply {
  const char *path;
  size_t body;
  char head[2][160];  // keep-alive, close
  size_t head_len[2];
};

static struct reply replies[] = {{.path = "/128", .body = 128},
                                 {.path = "/10k", .body = 10 << 10},
                                 {.path = "/1m", .body = 1 << 20},
                                 {.path = "/64m", .body = 64 << 20}};

static void write_replies(void) {
  memset(block, 'x', sizeof block);
  for (size_t i = 0; i < sizeof replies / sizeof *replies; i++)
    for (int closes = 0; closes < 2; closes++)
      replies[i].head_len[closes] = (size_t)snprintf(
          replies[i].head[closes], sizeof replies[i].head[closes],
          "HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n%s\r\n",
          replies[i].body, closes ? "Connection: close\r\n" : "");
}

static const struct reply *reply_to(const char *head, const char *end) {
  const char *path = memchr(head, ' ', (size_t)(end - head));
  for (size_t i = 0; path && i < sizeof replies / sizeof *replies; i++) {
    size_t n = strlen(replies[i].path);
    if (strncmp(path + 1, replies[i].path, n) == 0 && isspace((unsigned char)path[1 + n])) return &replies[i];
  }
  return &replies[0];
}

static void server_close(struct conn *c) {
  close(c->fd);
  free(c);
}

/** Starts the answer to a whole head. Requests have no bodies. */
static void answer(struct conn *c, const char *head, const char *end) {
  const struct reply *reply = reply_to(head, end);
  const char *line_end = memchr(head, '\r', (size_t)(end - head));
  bool old = line_end && line_end - head >= 8 && memcmp(line_end - 8, "HTTP/1.0", 8) == 0;
  c->closes = old || says_close(head, end);
  c->head = reply->head[c->closes];
  c->head_left = reply->head_len[c->closes];
  c->body_left = strncmp(head, "HEAD ", 5) == 0 ? 0 : reply->body;
}

/** Answers the requests at [bytes, bytes+n) one after the other, keeps the rest. False: close. */
static bool serve(struct conn *c, const char *bytes, size_t n) {
  while (c->head_left + c->body_left == 0 && !c->closes) {
    const char *end = n ? memmem(bytes, n, "\r\n\r\n", 4) : NULL;
    if (!end) break;
    end += 4;
    answer(c, bytes, end);
    if (!flush_output(c)) return false;
    n -= (size_t)(end - bytes);
    bytes = end;
  }
  bool all_sent = c->head_left + c->body_left == 0;
  return !(all_sent && c->closes) && keep(c, bytes, n);
}

static void on_server(struct conn *c, uint32_t events) {
  bool alive = true;
  if (events & EPOLLOUT) {
    alive = flush_output(c);
    if (alive && c->head_left + c->body_left == 0) {
      size_t n = c->in_len;
      memcpy(scratch, c->in, n);
      c->in_len = 0;
      alive = serve(c, scratch, n);
    }
  }
  if (alive && (events & (EPOLLIN | EPOLLHUP | EPOLLERR))) {
    ssize_t n = read_head(c);
    if (n > 0) alive = serve(c, scratch, c->in_len + (size_t)n);
    else alive = n < 0 && errno == EAGAIN;
  }
  if (!alive) server_close(c);
}

static void on_listener(struct conn *listener) {
  for (int i = 0; i < 64; i++) {
    int fd = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    struct conn *c = calloc(1, sizeof *c);
    if (!c) die("memory");
    c->fd = fd;
    c->kind = SERVER;
    socklen_t n = sizeof congestion;
    getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, congestion, &n);
    watch(c, EPOLL_CTL_ADD);
  }
}

static void listen_on(int port) {
  struct conn *c = calloc(1, sizeof *c);
  if (!c) die("memory");
  c->kind = LISTENER;
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  setsockopt(c->fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(c->fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(c->fd, 4096) != 0) {
    fprintf(stderr, "loadgen: cannot listen on 127.0.0.1:%d: %s\n", port, strerror(errno));
    exit(1);
  }
  watch(c, EPOLL_CTL_ADD);
}

// ---------------------------------------------------------------- clients

/** Opens (again) a client. A refused connection is noticed when it is used. */
static void client_open(struct conn *c) {
  static unsigned opened;
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (c->fd < 0) die("socket (is `ulimit -n` too low?)");
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
  setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &(int){1}, sizeof(int));
  struct sockaddr_in from = {.sin_family = AF_INET};
  from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + opened++ % SOURCE_ADDRESSES);
  bind(c->fd, (struct sockaddr *)&from, sizeof from);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)run.load.port)};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(c->fd, (struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS) run.errors++;
  c->in_len = 0;
  c->in_body = c->awaits_writable = false;
  c->head_left = 0;
  watch(c, EPOLL_CTL_ADD);
}

static void client_reopen(struct conn *c) {
  close(c->fd);
  client_open(c);
}

/** The common request without its last line, and what is of this client and user. */
static void write_session_request(struct conn *c) {
  static unsigned user;
  if (!c->request) c->request = malloc(REQUEST_MAX);
  if (!c->request) die("memory");
  user = (user + 1) % run.load.sessions;
  int n = snprintf(c->request, REQUEST_MAX, "%.*sX-User: %u\r\n%s%s%s\r\n", (int)run.request_len - 2, run.request, user,
                   c->cookie[0] ? "Cookie: " : "", c->cookie, c->cookie[0] ? "\r\n" : "");
  c->head = c->request;
  c->head_left = (size_t)n;
}

/** Remembers the NAME=VALUE of a Set-Cookie field. */
static void take_cookie(struct conn *c, const char *head, const char *end) {
  const char *told = header(head, end, "set-cookie");
  size_t n = told ? strcspn(told, ";\r") : COOKIE_MAX;
  if (n >= COOKIE_MAX) return;
  memcpy(c->cookie, told, n);
  c->cookie[n] = '\0';
}

static void client_send(struct conn *c, uint64_t due_ns) {
  c->due_ns = due_ns;
  c->busy = true;
  c->closes = run.load.close_each;
  c->in_body = false;
  c->head = run.request;
  c->head_left = run.request_len;
  if (run.load.sessions > 0) write_session_request(c);
  flush_output(c);  // a loss shows when the answer is read
}

/** Gives a free client its next request, if there is one yet. */
static void client_next(struct conn *c) {
  c->busy = false;
  if (run.load.holds) return;
  if (run.interval_ns == 0) {
    client_send(c, now_ns());
    return;
  }
  run.idle[(run.idle_head + run.idle_count++) % (size_t)run.load.clients] = c;
}

static void client_done(struct conn *c) {
  uint64_t us = (now_ns() - c->due_ns) / 1000;
  run.all_done++;
  if (run.measuring) {
    run.done++;
    run.latencies[us < LATENCY_US_MAX ? us : LATENCY_US_MAX]++;
  }
  if (c->closes) {
    if (!run.load.close_each) run.reopened++;
    client_reopen(c);
  }
  client_next(c);
}

/** The connection ended before its answer did, or while it was idle. */
static void client_lost(struct conn *c) {
  bool was_busy = c->busy;
  if (was_busy) {
    run.errors++;
    run.all_errors++;
  } else {
    run.reopened++;
  }
  client_reopen(c);
  if (was_busy) client_next(c);  // an idle one is in the queue already
}

static void client_body(struct conn *c) {
  size_t wanted = c->in_body_left < DISCARD_MAX ? c->in_body_left : DISCARD_MAX;
  ssize_t n = recv(c->fd, scratch, wanted, MSG_TRUNC);  // TCP: counts and drops, copies nothing
  if (n <= 0) {
    if (n == 0 || errno != EAGAIN) client_lost(c);
    return;
  }
  if (run.measuring) run.bytes += (uint64_t)n;
  c->in_body_left -= (size_t)n;
  if (c->in_body_left == 0) client_done(c);
}

static void client_head(struct conn *c) {
  ssize_t n = read_head(c);
  if (n <= 0) {
    if (n == 0 || errno != EAGAIN) client_lost(c);
    return;
  }
  if (run.measuring) run.bytes += (uint64_t)n;
  size_t len = c->in_len + (size_t)n;
  char *end = memmem(scratch, len, "\r\n\r\n", 4);
  if (!end) {
    if (!keep(c, scratch, len)) client_lost(c);
    return;
  }
  end += 4;
  const char *length = header(scratch, end, "content-length");
  bool good = end - scratch > 16 && memcmp(scratch + 9, "200", 3) == 0 && length;
  size_t body = length ? strtoull(length, NULL, 10) : 0;
  size_t here = len - (size_t)(end - scratch);
  if (!good || !c->busy || here > body) {  // not the answer that was asked for
    client_lost(c);
    return;
  }
  if (says_close(scratch, end)) c->closes = true;
  if (run.load.sessions > 0) take_cookie(c, scratch, end);
  c->in_len = 0;
  c->in_body = true;
  c->in_body_left = body - here;
  if (c->in_body_left == 0) client_done(c);
}

static void on_client(struct conn *c, uint32_t events) {
  if (events & EPOLLOUT) flush_output(c);
  if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR))) return;
  if (c->busy && c->in_body) client_body(c);
  else client_head(c);
}

// ---------------------------------------------------------------- a run

static void run_begin(const struct load *load) {
  uint32_t *latencies = run.latencies;
  run = (struct run){.load = *load, .active = true, .latencies = latencies};
  memset(latencies, 0, sizeof *latencies * (LATENCY_US_MAX + 1));
  run.request_len = (size_t)snprintf(run.request, sizeof run.request,
                                     "GET %s HTTP/1.1\r\nHost: bench.local\r\nUser-Agent: bench/1\r\nAccept: */*\r\n%s\r\n",
                                     load->path, load->close_each ? "Connection: close\r\n" : "");
  run.clients = calloc((size_t)load->clients, sizeof *run.clients);
  run.idle = calloc((size_t)load->clients, sizeof *run.idle);
  if (!run.clients || !run.idle) die("memory");
  uint64_t start = now_ns();
  run.interval_ns = load->rate > 0 ? 1e9 / load->rate : 0;
  run.next_due_ns = (double)start;
  run.measure_ns = start + (uint64_t)(load->warm_s * 1e9);
  run.end_ns = load->holds && load->seconds == 0 ? UINT64_MAX : run.measure_ns + (uint64_t)(load->seconds * 1e9);
  for (int i = 0; i < load->clients; i++) run.clients[i].kind = CLIENT;
}

/** Opens clients: all at once for a load, a few at a time for `hold`. */
static void open_clients(void) {
  int limit = run.load.holds ? (int)run.all_done + (int)run.errors + OPENING_MAX : run.load.clients;
  for (; run.opened < run.load.clients && run.opened < limit; run.opened++) {
    struct conn *c = &run.clients[run.opened];
    client_open(c);
    if (run.load.holds) client_send(c, now_ns());
    else client_next(c);
  }
}

/** Open loop: sends what has come due, while there are clients to send it. */
static void send_due(uint64_t now) {
  while (run.idle_count > 0 && run.next_due_ns <= (double)now) {
    struct conn *c = run.idle[run.idle_head];
    run.idle_head = (run.idle_head + 1) % (size_t)run.load.clients;
    run.idle_count--;
    client_send(c, (uint64_t)run.next_due_ns);
    run.next_due_ns += run.interval_ns;
  }
}

static void measure_begin(uint64_t now) {
  run.measuring = true;
  run.begun_ns = now;
  run.done = run.errors = run.reopened = run.bytes = 0;
  say("START\n");
  run.begun_sched = all_sched();
  run.begun_cpu_ns = all_cpu_ns();
}

/** The latency, in microseconds, that this share of the requests did not exceed. */
static uint32_t quantile(double share) {
  uint64_t below = 0;
  for (uint32_t us = 0; us <= LATENCY_US_MAX; us++)
    if ((below += run.latencies[us]) >= (uint64_t)(share * (double)run.done) && below > 0) return us;
  return 0;
}

static void report(uint64_t now) {
  uint64_t cpu = all_cpu_ns() - run.begun_cpu_ns;
  struct sched sched = all_sched();
  double seconds = (double)(now - run.begun_ns) / 1e9;
  double per_request = run.done ? 1e-3 / (double)run.done : 0;
  double behind = run.interval_ns > 0 ? ((double)now - run.next_due_ns) / run.interval_ns : 0;
  say("{\"rps\":%.1f,\"done\":%lu,\"errors\":%lu,\"reopened\":%lu,\"mb_per_s\":%.1f,\"seconds\":%.3f,"
      "\"p50_us\":%u,\"p90_us\":%u,\"p99_us\":%u,\"p999_us\":%u,\"cpu_us\":%.3f,\"sched_us\":%.3f,\"cpu_share\":%.3f,"
      "\"wait_share\":%.3f,\"unsent\":%.0f,\"congestion\":\"%s\"}\n",
      (double)run.done / seconds, run.done, run.errors, run.reopened, (double)run.bytes / seconds / 1e6, seconds,
      quantile(.5), quantile(.9), quantile(.99), quantile(.999), (double)cpu * per_request, (double)(sched.ran_ns - run.begun_sched.ran_ns) * per_request,
      (double)cpu / 1e9 / seconds, (double)(sched.waited_ns - run.begun_sched.waited_ns) / 1e9 / seconds, behind > 1 ? behind : 0, congestion);
}

static void run_end(void) {
  if (!run.active) return;
  for (int i = 0; i < run.opened; i++) {
    close(run.clients[i].fd);
    free(run.clients[i].request);
  }
  free(run.clients);
  free(run.idle);
  run.clients = NULL;
  run.active = false;
}

static void load_step(uint64_t now) {
  bool hopeless = run.all_errors > HOPELESS_ERRORS && run.all_errors > run.all_done;
  if (!run.measuring && now >= run.measure_ns && !hopeless) measure_begin(now);
  else if (hopeless || now >= run.end_ns) {
    if (hopeless) say("{\"error\":\"nearly every request failed\",\"errors\":%lu,\"done\":%lu}\n", run.all_errors, run.all_done);
    else report(now);
    run_end();
  }
}

static void hold_step(uint64_t now) {
  int settled = (int)run.all_done + (int)run.errors;
  if (!run.held && settled >= run.load.clients) {
    run.held = true;
    say("{\"held\":%lu,\"errors\":%lu}\n", run.all_done, run.errors);
  }
  if (now >= run.end_ns) run_end();
}

/** What the passing of time asks for. */
static void step(uint64_t now) {
  if (!run.active) return;
  open_clients();
  if (run.interval_ns > 0) send_due(now);
  if (run.load.holds) hold_step(now);
  else load_step(now);
}

// ---------------------------------------------------------------- commands

static int parse_pids(char *list, pid_t *pids) {
  int n = 0;
  char *rest = NULL;
  for (char *pid = strtok_r(list, ",", &rest); pid && n < PIDS_MAX; pid = strtok_r(NULL, ",", &rest)) pids[n++] = atoi(pid);
  return n;
}

/** Takes one KEY=VALUE. False when there is no such key. */
static bool set_option(struct load *load, char *word) {
  char *value = strchr(word, '=');
  if (!value) return false;
  *value++ = '\0';
  if (strcmp(word, "port") == 0) load->port = atoi(value);
  else if (strcmp(word, "path") == 0) snprintf(load->path, sizeof load->path, "%s", value);
  else if (strcmp(word, "clients") == 0) load->clients = atoi(value);
  else if (strcmp(word, "warm") == 0) load->warm_s = atof(value);
  else if (strcmp(word, "seconds") == 0) load->seconds = atof(value);
  else if (strcmp(word, "rate") == 0) load->rate = atof(value);
  else if (strcmp(word, "close") == 0) load->close_each = atoi(value) != 0;
  else if (strcmp(word, "sessions") == 0) load->sessions = (unsigned)atoi(value);
  else if (strcmp(word, "pids") == 0) load->pid_count = parse_pids(value, load->pids);
  else return false;
  return true;
}

static void command(char *words[], int count) {
  if (count == 0) return;
  if (strcmp(words[0], "quit") == 0) exit(0);
  run_end();
  if (strcmp(words[0], "release") == 0) return;
  struct load load = {.path = "/128", .clients = 64, .warm_s = 1, .seconds = 3};
  load.holds = strcmp(words[0], "hold") == 0;
  if (load.holds) load = (struct load){.path = "/128", .clients = 10000, .holds = true};
  bool good = load.holds || strcmp(words[0], "load") == 0;
  for (int i = 1; i < count && good; i++) good = set_option(&load, words[i]);
  if (good && load.port > 0 && load.clients > 0) run_begin(&load);
  else say("{\"error\":\"not understood: %s; see loadgen --help\"}\n", words[0]);
}

static void on_commands(void) {
  static char line[1024];
  static size_t len;
  ssize_t n = read(STDIN_FILENO, line + len, sizeof line - 1 - len);
  if (n <= 0) exit(0);
  len += (size_t)n;
  char *newline = memchr(line, '\n', len);
  if (!newline) {
    if (len == sizeof line - 1) len = 0;
    return;
  }
  *newline = '\0';
  char *words[32], *rest = NULL;
  int count = 0;
  for (char *word = strtok_r(line, " ", &rest); word && count < 32; word = strtok_r(NULL, " ", &rest)) words[count++] = word;
  command(words, count);
  len = 0;  // one command at a time: the next is sent when this one has been answered
}

// ---------------------------------------------------------------- the loop

static uint64_t nap_ns(uint64_t now) {
  if (!run.active) return NS_PER_S;
  if (run.interval_ns == 0 || run.idle_count == 0) return NAP_NS;
  double until_due = run.next_due_ns - (double)now;
  return until_due <= 0 ? 0 : until_due < (double)NAP_NS ? (uint64_t)until_due : NAP_NS;
}

static void dispatch(struct conn *c, uint32_t events) {
  switch (c->kind) {
    case LISTENER: on_listener(c); break;
    case SERVER: on_server(c, events); break;
    case CLIENT: on_client(c, events); break;
    case COMMANDS: break;
  }
}

static void loop(bool once) {
  struct epoll_event events[EVENTS_MAX];
  while (!once || run.active) {
    uint64_t nap = nap_ns(now_ns());
    struct timespec timeout = {(time_t)(nap / NS_PER_S), (long)(nap % NS_PER_S)};
    int n = epoll_pwait2(epoll_fd, events, EVENTS_MAX, &timeout, NULL);
    bool commanded = false;
    for (int i = 0; i < n; i++) {
      struct conn *c = events[i].data.ptr;
      if (c->kind == COMMANDS) commanded = true;
      else dispatch(c, events[i].events);
    }
    if (commanded) on_commands();  // last: it may close clients
    step(now_ns());
  }
}

static void raise_file_limit(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

static void listen_on_all(char *ports) {
  char *rest = NULL;
  for (char *port = strtok_r(ports, ",", &rest); port; port = strtok_r(NULL, ",", &rest)) listen_on(atoi(port));
}

int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  raise_file_limit();
  epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  run.latencies = calloc(LATENCY_US_MAX + 1, sizeof *run.latencies);
  write_replies();
  int next = 1;
  if (argc > 1 && strcmp(argv[1], "--help") == 0) {
    fputs(HELP, stdout);
    return 0;
  }
  if (argc > 2 && strcmp(argv[1], "--servers") == 0) {
    listen_on_all(argv[2]);
    next = 3;
  }
  if (next < argc) {
    command(argv + next, argc - next);
    loop(true);
    return 0;
  }
  struct conn commands = {.fd = STDIN_FILENO, .kind = COMMANDS};
  watch(&commands, EPOLL_CTL_ADD);
  loop(false);
}
