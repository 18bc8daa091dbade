# shellcheck shell=bash
# What the scripts need, and how to get it. Sourced after "set -euo pipefail"; it prints nothing
# unless something is missing, and every function may be called twice.

# What a build needs.
# shellcheck disable=SC2034
BUILD_PACKAGES=(libpcap-dev libnet1-dev libseccomp-dev libsqlite3-dev)
# What the lab needs beside it: namespaces, real filters, lwIP as a second stack, and real servers.
# Not openssh-server: a machine without an SSH server shall not get one from here, and the lab
# leaves out what needs it.
# shellcheck disable=SC2034
LAB_PACKAGES=(iproute2 iputils-ping nftables iptables ethtool python3 gcc libc6-dev liblwip-dev
  nginx-light haproxy openssl curl dsniff parallel python3-yaml python3-jsonschema)
# For the test of the array recipe alone, and only where it is asked for: daemons.
# shellcheck disable=SC2034
SLURM_PACKAGES=(slurmctld slurmd slurm-client munge)

# The oldest compiler that reads Package.swift.
SWIFT_MINIMUM=6.2

say() { printf '%s\n' "$*"; }
complain() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

is_root() { [[ $EUID -eq 0 ]]; }

# Puts a Swift toolchain into PATH, or says where to get one.
require_swift() {
  local home directory version
  if ! command -v swift > /dev/null; then
    home=$HOME
    # Under sudo the toolchain is often in the home of who called it.
    if [[ -n ${SUDO_USER:-} ]]; then home=$(getent passwd "$SUDO_USER" | cut -d: -f6); fi
    for directory in "$home/.local/share/swiftly/bin" "$HOME/.local/share/swiftly/bin" \
      "$home"/swift*/usr/bin /opt/swift*/usr/bin /usr/local/swift*/usr/bin \
      /usr/libexec/swift/*/bin /usr/lib/swift*/bin; do
      if [[ -x $directory/swift ]]; then
        PATH=$directory:$PATH
        # swiftly keeps its configuration in the home of who installed it.
        if [[ $directory == "$home/.local/share/swiftly/bin" ]]; then
          export SWIFTLY_HOME_DIR=$home/.local/share/swiftly
          export SWIFTLY_BIN_DIR=$directory
        fi
        break
      fi
    done
  fi
  if ! command -v swift > /dev/null; then
    complain "no Swift toolchain in PATH or in the usual places; Swift $SWIFT_MINIMUM or later is" \
      "needed: https://www.swift.org/install/linux/"
    return 1
  fi
  version=$(swift --version 2> /dev/null | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p' | head -n 1)
  if [[ $(printf '%s\n' "$SWIFT_MINIMUM" "$version" | sort -V | head -n 1) != "$SWIFT_MINIMUM" ]]; then
    complain "Swift ${version:-of an unknown version} at $(command -v swift) is too old;" \
      "$SWIFT_MINIMUM or later is needed"
    return 1
  fi
}

# The Debian packages among the arguments that are not installed, one a line.
missing_packages() {
  local package
  for package in "$@"; do
    if [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2> /dev/null) != installed ]]; then
      say "$package"
    fi
  done
}

# Installs what is missing of the packages in the arguments; says so where it cannot. No service
# that comes with them runs afterwards, or starts with the machine: the lab runs its servers itself.
require_packages() {
  local missing
  if ! command -v dpkg-query > /dev/null || ! command -v apt-get > /dev/null; then
    complain "this is neither Debian nor Ubuntu; install what corresponds to: $*"
    return 0
  fi
  mapfile -t missing < <(missing_packages "$@")
  if [[ ${#missing[@]} -eq 0 ]]; then return 0; fi
  if ! is_root; then
    complain "not installed: ${missing[*]}; run this once with sudo, or:" \
      "sudo apt-get install ${missing[*]}"
    return 1
  fi
  say "Installing ${missing[*]}"
  apt-get update -qq
  install_without_services "${missing[@]}"
}

# Maintainer scripts ask this program whether they may start a service; 101 says no
# (invoke-rc.d(8)).
SERVICE_POLICY=/usr/sbin/policy-rc.d
SERVICE_POLICY_MARK='# Written by rstprobe; to be deleted.'

# A subshell, so that its trap puts everything right also when it is interrupted.
install_without_services() (
  before=$(installed_packages)
  trap 'disable_services_since "$before"; restore_service_policy' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  if [[ -e $SERVICE_POLICY ]] && ! grep -qsF "$SERVICE_POLICY_MARK" "$SERVICE_POLICY"; then
    mv "$SERVICE_POLICY" "$SERVICE_POLICY.before-rstprobe"
  fi
  printf '#!/bin/sh\n%s\nexit 101\n' "$SERVICE_POLICY_MARK" > "$SERVICE_POLICY"
  chmod 755 "$SERVICE_POLICY"
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" \
    < /dev/null > /dev/null
)

restore_service_policy() {
  rm -f "$SERVICE_POLICY"
  if [[ -e $SERVICE_POLICY.before-rstprobe ]]; then
    mv "$SERVICE_POLICY.before-rstprobe" "$SERVICE_POLICY"
  fi
}

# Disables the services of all packages that came since a list of `installed_packages`, also of
# those that came as dependencies; nothing that was there before is touched.
disable_services_since() {
  local package file
  while read -r package; do
    while read -r file; do
      case $file in
        /lib/systemd/system/*@.* | /usr/lib/systemd/system/*@.*) ;;
        /lib/systemd/system/*.service | /usr/lib/systemd/system/*.service | \
          /lib/systemd/system/*.socket | /usr/lib/systemd/system/*.socket)
          if command -v systemctl > /dev/null; then
            systemctl --quiet disable "${file##*/}" 2> /dev/null || true
          fi
          ;;
        /etc/init.d/?*)
          if command -v update-rc.d > /dev/null; then
            update-rc.d "${file##*/}" disable > /dev/null 2>&1 || true
          fi
          ;;
      esac
    done < <(dpkg-query -L "$package")
  done < <(LC_ALL=C comm -13 <(printf '%s\n' "$1") <(installed_packages))
}

# Every installed package, sorted for comm.
installed_packages() {
  dpkg-query -W -f='${db:Status-Status} ${binary:Package}\n' | sed -n 's/^installed //p' |
    LC_ALL=C sort
}

# Whether a network namespace can be made here; the lab is made of them.
has_namespaces() {
  local name=rstprobe-try-$$
  is_root || return 1
  ip netns add "$name" 2> /dev/null || return 1
  ip netns delete "$name"
}

# Gives the build directory back to the owner of the repository, where sudo made it root's.
return_build_directory() {
  local root=$1
  if is_root && [[ -d $root/.build && $(stat -c %u "$root") -ne 0 ]]; then
    chown -R --reference="$root" "$root/.build"
  fi
}

# The first python3 that has these modules; fails where none has.
python_with() {
  local python modules
  modules=$(IFS=,; printf '%s' "$*")
  for python in python3 /usr/bin/python3; do
    if "$python" -c "import $modules" 2> /dev/null; then
      say "$python"
      return
    fi
  done
  return 1
}
