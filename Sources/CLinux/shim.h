#pragma once
#include <linux/if_packet.h>
#include <linux/rtnetlink.h>
#include <linux/filter.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <linux/capability.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Glibc declares it in a header of libcap only; the symbol is in the C library itself. */
extern int capget(cap_user_header_t header, cap_user_data_t data);

/* Declared by glibc under _GNU_SOURCE only, which a module map cannot define in time. */
extern int ppoll(
    struct pollfd *descriptors, nfds_t count, const struct timespec *timeout,
    const sigset_t *signals);

/* A classic BPF program of one instruction, "ret #0", that makes a socket discard everything, and
   the lock that keeps it attached. Returns 0, or -1 with errno set. */
static inline int rst_discard_everything(int socket_descriptor) {
  struct sock_filter discard = {.code = BPF_RET | BPF_K, .k = 0};
  struct sock_fprog program = {.len = 1, .filter = &discard};
  int on = 1;
  if (setsockopt(
          socket_descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0)
    return -1;
  return setsockopt(socket_descriptor, SOL_SOCKET, SO_LOCK_FILTER, &on, sizeof on);
}

/* The same without SO_ATTACH_FILTER, which some kernels refuse without CAP_NET_ADMIN: a listener that
   expects an MD5 signature (RFC 2385) from everybody drops every segment that has none, or a wrong
   one, before it looks at it; nobody knows the key. Returns 0, or -1 with errno set. */
static inline int rst_discard_unsigned(int socket_descriptor, int family) {
  struct tcp_md5sig signature;
  memset(&signature, 0, sizeof signature);
  signature.tcpm_addr.ss_family = (sa_family_t)family;
  signature.tcpm_flags = TCP_MD5SIG_FLAG_PREFIX;
  signature.tcpm_prefixlen = 0;
  signature.tcpm_keylen = 32;
  if (getentropy(signature.tcpm_key, signature.tcpm_keylen) != 0) return -1;
  return setsockopt(
      socket_descriptor, IPPROTO_TCP, TCP_MD5SIG_EXT, &signature, sizeof signature);
}

/* The flags of an interface by its name (IFF_UP and so on), or -1 with errno set. ioctl is
   variadic and struct ifreq a union, which Swift would need unsafe detours for. */
static inline int rst_interface_flags(int socket_descriptor, const char *name) {
  struct ifreq request;
  memset(&request, 0, sizeof request);
  if (strlen(name) >= sizeof request.ifr_name) {
    errno = ENODEV;
    return -1;
  }
  strcpy(request.ifr_name, name);
  if (ioctl(socket_descriptor, SIOCGIFFLAGS, &request) != 0) return -1;
  return (unsigned short)request.ifr_flags;
}

/* errno is a macro, which Swift sees only through the C library's own module. */
static inline int rst_errno(void) { return errno; }
static inline void rst_clear_errno(void) { errno = 0; }
#include <sys/stat.h>

/* An enumerator in one C library's module and a macro in another's: the static one hides it. */
static const int rst_protocol_raw = IPPROTO_RAW;

/* SIG_IGN is a cast in a macro, which Swift does not import. */
static inline void rst_ignore_broken_pipes(void) { signal(SIGPIPE, SIG_IGN); }

/* The width of a terminal in columns, or 0. ioctl is variadic. */
static inline int rst_terminal_columns(int descriptor) {
  struct winsize size;
  memset(&size, 0, sizeof size);
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/* Declared by glibc under _GNU_SOURCE only. */
extern int setns(int descriptor, int kind);

/* open is variadic. */
static inline int rst_open_namespace(const char *path) { return open(path, O_RDONLY | O_CLOEXEC); }

#include <linux/if_tun.h>

/* A tunnel interface without link addresses (DLT_RAW) that lives as long as the descriptor, or -1
   with errno set. */
static inline int rst_open_tunnel(const char *name) {
  struct ifreq request;
  int descriptor = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return -1;
  memset(&request, 0, sizeof request);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
  if (ioctl(descriptor, TUNSETIFF, &request) == 0) return descriptor;
  close(descriptor);
  return -1;
}

/* Lets this thread's timed waits end to the microsecond instead of 50 of them later; prctl is
   variadic. */
static inline void rst_wait_precisely(void) { prctl(PR_SET_TIMERSLACK, 1000UL, 0UL, 0UL, 0UL); }

/* glibc declares sendmmsg and its struct under _GNU_SOURCE only, which a module map cannot define in
   time; this is the same struct under another name. */
struct rst_message {
  struct msghdr header;
  unsigned int length;
};
extern int rst_sendmmsg(int, struct rst_message *, unsigned int, int) __asm__("sendmmsg");

/* How many packets one system call sends at most. */
enum { rst_batch_limit = 64 };

/* Sends whole datagrams, IP header first, through a raw socket (IP_HDRINCL), each to the destination
   in its own header. Datagram i takes lengths[i] octets from i * stride on. Returns how many the
   kernel took, or -1 with errno set where it refused the first. */
static inline int rst_send_datagrams(
    int descriptor, int family, const uint8_t *octets, size_t stride, const uint16_t *lengths,
    unsigned int count) {
  struct rst_message messages[rst_batch_limit];
  struct iovec parts[rst_batch_limit];
  union {
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
  } destinations[rst_batch_limit];
  unsigned int index;
  if (count > rst_batch_limit) count = rst_batch_limit;
  memset(messages, 0, count * sizeof messages[0]);
  memset(destinations, 0, count * sizeof destinations[0]);
  for (index = 0; index < count; index++) {
    const uint8_t *datagram = octets + index * stride;
    parts[index].iov_base = (void *)datagram;
    parts[index].iov_len = lengths[index];
    messages[index].header.msg_iov = &parts[index];
    messages[index].header.msg_iovlen = 1;
    messages[index].header.msg_name = &destinations[index];
    if (family == AF_INET) {
      destinations[index].v4.sin_family = AF_INET;
      memcpy(&destinations[index].v4.sin_addr, datagram + 16, 4);
      messages[index].header.msg_namelen = sizeof destinations[index].v4;
    } else {
      destinations[index].v6.sin6_family = AF_INET6;
      memcpy(&destinations[index].v6.sin6_addr, datagram + 24, 16);
      messages[index].header.msg_namelen = sizeof destinations[index].v6;
    }
  }
  return rst_sendmmsg(descriptor, messages, count, 0);
}

/* Takes the last octets of standard output away again, where it is a regular file. */
static inline void rst_cut_output(long count) {
  struct stat status;
  if (count <= 0 || fstat(STDOUT_FILENO, &status) != 0 || !S_ISREG(status.st_mode)) return;
  if (status.st_size < count || ftruncate(STDOUT_FILENO, status.st_size - count) != 0) return;
  (void)lseek(STDOUT_FILENO, 0, SEEK_END);
}

/* The root of tracefs: where it is mounted, else a mount of this process's own that no directory shows
   and that is gone with its descriptor (Linux 5.2). Returns a descriptor, or -1 with errno set. */
static inline int rst_open_tracefs(void) {
  enum { open_cloexec = 1, command_create = 6, mount_cloexec = 1 };
  int context, root = -1, failure;
  if (access("/sys/kernel/tracing/instances", F_OK) == 0)
    return open("/sys/kernel/tracing", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  context = (int)syscall(SYS_fsopen, "tracefs", open_cloexec);
  if (context < 0) return -1;
  if (syscall(SYS_fsconfig, context, command_create, NULL, NULL, 0) == 0)
    root = (int)syscall(SYS_fsmount, context, mount_cloexec, 0);
  failure = errno;
  close(context);
  errno = failure;
  return root;
}

/* openat is variadic. */
static inline int rst_open_in(int directory, const char *path, int is_for_writing) {
  return openat(directory, path, (is_for_writing ? O_WRONLY : O_RDONLY | O_NONBLOCK) | O_CLOEXEC);
}

/* Removes the instances of tracefs that processes left behind which are no more: their names are a
   prefix and the process's number. One that is in use is kept by the kernel in any case. */
static inline void rst_remove_stale_instances(int root, const char *prefix) {
  int number = openat(root, "instances", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *instances = number < 0 ? NULL : fdopendir(number);
  struct dirent *entry;
  if (instances == NULL) return;
  while ((entry = readdir(instances)) != NULL) {
    char *end;
    long process;
    if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0) continue;
    process = strtol(entry->d_name + strlen(prefix), &end, 10);
    if (*end == 0 && process > 0 && kill((pid_t)process, 0) != 0 && errno == ESRCH)
      (void)unlinkat(number, entry->d_name, AT_REMOVEDIR);
  }
  closedir(instances);
}

/* The descriptors that this process has open, by /proc: asking for each number that there may be costs
   a thousand times as much. Where there is no /proc, or no descriptor left to read it with, all numbers
   below the capacity. Returns how many. */
static inline int rst_open_descriptors(int *descriptors, int capacity) {
  DIR *directory = opendir("/proc/self/fd");
  struct dirent *entry;
  int count = 0;
  if (directory == NULL) {
    for (; count < capacity; count++) descriptors[count] = count;
    return count;
  }
  while (count < capacity && (entry = readdir(directory)) != NULL)
    if (entry->d_name[0] != '.') descriptors[count++] = atoi(entry->d_name);
  closedir(directory);
  return count;
}

/* A TCP connection that this process holds. */
struct rst_held_connection {
  uint64_t inode;
  uint64_t received; /* octets of the stream so far */
};

/* Fills in what a descriptor is and returns 1, where it is a connection to this port of ours; else
   returns 0. glibc's struct tcp_info ends before the octets that were received, which the kernel has
   at octet 128 since Linux 4.1 (include/uapi/linux/tcp.h); its own header excludes glibc's. */
static inline int rst_inspect_connection(
    int descriptor, uint16_t port, struct rst_held_connection *connection) {
  struct stat status;
  union {
    struct sockaddr_storage any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
  } address;
  socklen_t length = sizeof address;
  unsigned char info[136];
  uint16_t local;
  if (fstat(descriptor, &status) != 0 || !S_ISSOCK(status.st_mode)) return 0;
  memset(&address, 0, sizeof address);
  if (getsockname(descriptor, (struct sockaddr *)&address, &length) != 0) return 0;
  switch (address.any.ss_family) {
    case AF_INET: local = ntohs(address.v4.sin_port); break;
    case AF_INET6: local = ntohs(address.v6.sin6_port); break;
    default: return 0;
  }
  if (local != port) return 0;
  length = sizeof address;
  if (getpeername(descriptor, (struct sockaddr *)&address, &length) != 0) return 0;
  memset(info, 0, sizeof info);
  length = sizeof info;
  if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, info, &length) != 0) return 0;
  connection->inode = status.st_ino;
  memcpy(&connection->received, info + 128, sizeof connection->received);
  return 1;
}

/* A second descriptor of the same thing, closed when another program is executed. fcntl is variadic. */
static inline int rst_duplicate(int descriptor) { return fcntl(descriptor, F_DUPFD_CLOEXEC, 0); }

/* Ends a TCP connection at once, with a reset, and throws away what was not read of it: connect(2),
   of AF_UNSPEC. A shutdown leaves the reader all that came before it. */
static inline int rst_abort_connection(int descriptor) {
  struct sockaddr none;
  memset(&none, 0, sizeof none);
  none.sa_family = AF_UNSPEC;
  return connect(descriptor, &none, sizeof none);
}

#include <spawn.h>
#include <sys/wait.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>

/* Starts a program by its path, in a process group of its own, with a plain environment, nothing to
   read, and these descriptors to write to; arguments end with the first that is NULL. Returns its
   number, or -1 with errno set. posix_spawn wants arrays of pointers. */
static inline pid_t rst_spawn(
    const char *path, const char *a, const char *b, const char *c, const char *d, const char *e,
    int output, int errors) {
  char *const arguments[] = {(char *)path, (char *)a, (char *)b, (char *)c, (char *)d, (char *)e, NULL};
  char *const environment[] = {"LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL};
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none;
  pid_t process = -1;
  int failure = ENOMEM;
  if (posix_spawn_file_actions_init(&actions) != 0) return -1;
  if (posix_spawnattr_init(&attributes) == 0) {
    sigemptyset(&none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
    failure = posix_spawn(&process, path, &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  errno = failure;
  return failure == 0 ? process : -1;
}

/* Whether a program that has ended did so by itself and with status 0. The macros of wait(2). */
static inline int rst_ended_well(int status) { return WIFEXITED(status) && WEXITSTATUS(status) == 0; }

/* pipe2 is declared under _GNU_SOURCE only. */
static inline int rst_pipe(int ends[2]) { return (int)syscall(SYS_pipe2, ends, O_CLOEXEC); }

/* One number that the driver of an interface tells (ETHTOOL_GGRO and its like), or -1 with errno set. */
static inline long rst_ethtool_number(int socket_descriptor, const char *name, uint32_t command) {
  struct ifreq request;
  struct ethtool_value value = {.cmd = command};
  memset(&request, 0, sizeof request);
  if (strlen(name) >= sizeof request.ifr_name) {
    errno = ENODEV;
    return -1;
  }
  strcpy(request.ifr_name, name);
  request.ifr_data = (char *)&value;
  return ioctl(socket_descriptor, SIOCETHTOOL, &request) == 0 ? (long)value.data : -1;
}

/* The version of the rings that a packet socket has is chosen by an option; 3 is TPACKET_V3. */
static inline int rst_choose_ring(int socket_descriptor) {
  int version = TPACKET_V3;
  return setsockopt(socket_descriptor, SOL_PACKET, PACKET_VERSION, &version, sizeof version);
}
