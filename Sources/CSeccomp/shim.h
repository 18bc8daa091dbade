#pragma once
#include <errno.h>
#include <seccomp.h>

/* SCMP_ACT_ERRNO is a macro with an argument, which Swift does not import. */
enum {
  rst_refuse_permission = SCMP_ACT_ERRNO(EPERM),
  rst_refuse_unknown = SCMP_ACT_ERRNO(ENOSYS),
};
