#pragma once
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#if __has_include(<linux/landlock.h>)
#include <linux/landlock.h>
#endif

/* Glibc declares it in a header of libcap only, as capget. */
extern int capset(cap_user_header_t header, const cap_user_data_t data);

/* Declared by glibc under _GNU_SOURCE only. */
extern int setresuid(uid_t real, uid_t effective, uid_t saved);
extern int setresgid(gid_t real, gid_t effective, gid_t saved);

/* Lets the capabilities of this thread outlive the change to another user: capabilities(7). */
static inline int rst_keep_capabilities(void) { return prctl(PR_SET_KEEPCAPS, 1UL, 0UL, 0UL, 0UL); }

/* Lets no program that is ever started have any capability. That takes CAP_SETPCAP; where it is missing,
   no_new_privs does as much. */
static inline void rst_empty_bounding_set(void) {
  unsigned long number;
  for (number = 0; number < 64; number++)
    if (prctl(PR_CAPBSET_DROP, number, 0UL, 0UL, 0UL) != 0) break;
  (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0UL, 0UL, 0UL);
}

/* No program that is started can give more privilege, nor can another process of the user look into
   this one. Returns 0, or -1 with errno set. */
static inline int rst_forbid_new_privileges(void) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) != 0) return -1;
  return prctl(PR_SET_DUMPABLE, 0UL, 0UL, 0UL, 0UL);
}

/* fork is not for Swift: it is used once, before there are other threads. */
static inline pid_t rst_fork(void) { return fork(); }

/* SIG_IGN is a cast in a macro. */
static inline void rst_ignore_signal(int number) { (void)signal(number, SIG_IGN); }

/* Closes all but one descriptor, and lets the standard streams lead nowhere. */
static inline void rst_close_all_but(int kept) {
  int nowhere = open("/dev/null", O_RDWR);
  int number;
  for (number = 0; number < 3; number++)
    if (number != kept) (void)dup2(nowhere, number);
#ifdef SYS_close_range
  if (kept > 3) (void)syscall(SYS_close_range, 3U, (unsigned int)kept - 1, 0U);
  if (syscall(SYS_close_range, (unsigned int)kept + 1, ~0U, 0U) == 0) return;
#endif
  for (number = 3; number < 1024; number++)
    if (number != kept) (void)close(number);
}

/* From here on this thread, and those that it starts, can make, write and remove files in one directory
   only; what is open stays so. Returns 0, or -1 with errno set: ENOSYS and EOPNOTSUPP where the kernel
   has no Landlock. Documentation/userspace-api/landlock.rst. */
static inline int rst_write_only_beneath(const char *directory) {
#ifdef LANDLOCK_CREATE_RULESET_VERSION
  struct landlock_ruleset_attr rules = {
      .handled_access_fs = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |
                           LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                           LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
                           LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
                           LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
                           LANDLOCK_ACCESS_FS_MAKE_SYM};
  struct landlock_path_beneath_attr beneath = {
      .allowed_access = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                        LANDLOCK_ACCESS_FS_MAKE_REG};
  int status = -1, failure, set;
  set = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof rules.handled_access_fs, 0U);
  if (set < 0) return -1;
  beneath.parent_fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (beneath.parent_fd >= 0) {
    status = (int)syscall(SYS_landlock_add_rule, set, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0U);
    if (status == 0) status = (int)syscall(SYS_landlock_restrict_self, set, 0U);
  }
  failure = errno;
  if (beneath.parent_fd >= 0) close(beneath.parent_fd);
  close(set);
  errno = failure;
  return status;
#else
  (void)directory;
  errno = ENOSYS;
  return -1;
#endif
}

/* What a filter looks for in arguments: of ioctl about a terminal, and of newfstatat, whose flag glibc
   declares under _GNU_SOURCE only. */
enum {
  rst_terminal_settings = TCGETS,
  rst_terminal_size = TIOCGWINSZ,
  rst_empty_path = 0x1000,
};
