# shellcheck shell=bash
# A root of nothing but the distribution's own minimum, in which a package is tried. Needs root, and
# $work: a directory that the caller removes.

# What it takes: a clean root, its network, and a reader of manual pages.
# shellcheck disable=SC2034
CHECK_PACKAGES=(debootstrap iproute2 util-linux man-db)

work=${work:-}
CLEAN_ROOT=
# Nobody's user and group, by number: a minimal root has no names to rely on.
NOBODY=65534

# Where the minimum of the distribution that this machine itself has is kept, packed.
packed_root() {
  # shellcheck disable=SC1091
  say ".build/clean-root/$(. /etc/os-release && say "$VERSION_CODENAME")-$(dpkg --print-architecture).tar"
}

# Makes that from the distribution's own mirror, unless it is there.
pack_clean_root() {
  local code mirror packed directory=$work/clean-root
  packed=$(packed_root)
  if [[ -e $packed ]]; then return; fi
  # shellcheck disable=SC1091
  code=$(. /etc/os-release && say "$VERSION_CODENAME")
  # shellcheck disable=SC2016
  mirror=$(apt-get indextargets --format '$(CODENAME) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
    sed -n "s/^$code main //p" | head -n 1)
  if [[ -z $mirror ]]; then
    complain "apt knows no mirror of $code"
    return 1
  fi
  say "Making a clean root of $code from $mirror"
  if ! debootstrap --variant=minbase "$code" "$directory" "$mirror" > "$work/debootstrap.log"; then
    tail -n 5 "$work/debootstrap.log" >&2
    rm -rf --one-file-system "$directory"
    return 1
  fi
  mkdir -p "${packed%/*}"
  tar --create --numeric-owner --xattrs --one-file-system --directory="$directory" --file="$packed.part" .
  mv "$packed.part" "$packed"
  rm -rf --one-file-system "$directory"
}

# Unpacks one into $CLEAN_ROOT.
enter_clean_root() {
  pack_clean_root
  CLEAN_ROOT=$(mktemp -d)
  chmod 0755 "$CLEAN_ROOT"
  tar --extract --numeric-owner --xattrs --directory="$CLEAN_ROOT" --file="$(packed_root)"
  cp -L /etc/resolv.conf "$CLEAN_ROOT/etc/resolv.conf"
  mount -t proc proc "$CLEAN_ROOT/proc"
}

leave_clean_root() {
  local directory mounted
  # debootstrap too mounts what it may be too late to unmount.
  for directory in "$work/clean-root" "$CLEAN_ROOT"; do
    if [[ ! -d $directory ]]; then continue; fi
    for mounted in "$directory/proc" "$directory/sys"; do
      if mountpoint -q "$mounted"; then umount -l "$mounted" || true; fi
    done
    rm -rf --one-file-system "$directory"
  done
  CLEAN_ROOT=
}

# Runs a program in the clean root with what it needs and nothing of our own environment.
inside() {
  chroot "$CLEAN_ROOT" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive ${http_proxy:+http_proxy="$http_proxy"} \
    ${https_proxy:+https_proxy="$https_proxy"} "$@"
}

# The same with a network of its own that has only loopback, and with options of setpriv before "--".
inside_alone() {
  # shellcheck disable=SC2016
  unshare --net --mount --propagation private bash -c '
    set -euo pipefail
    ip link set lo up
    root=$1
    shift
    exec chroot "$root" /usr/bin/env -i PATH=/usr/bin:/bin LC_ALL=C.UTF-8 setpriv "$@"
  ' bash "$CLEAN_ROOT" "$@"
}

# Ends the check where a command does not end with a status, and shows what it said.
expect_status() {
  local wanted=$1 what=$2 status=0
  shift 2
  "$@" > "$work/said" 2>&1 || status=$?
  if [[ $status -ne $wanted ]]; then
    complain "$what: status $status, not $wanted"
    cat "$work/said" >&2
    return 1
  fi
  say "ok  $what"
}

expect_said() {
  if ! grep -qE -- "$1" "$work/said"; then
    complain "it did not say '$1':"
    cat "$work/said" >&2
    return 1
  fi
}

# Every file that belongs to no directory of mere traces.
files_inside() {
  find "$CLEAN_ROOT" -xdev \( -path "$CLEAN_ROOT/proc" -o -path "$CLEAN_ROOT/var/cache" \
    -o -path "$CLEAN_ROOT/var/log" -o -path "$CLEAN_ROOT/var/lib/apt" \
    -o -path "$CLEAN_ROOT/var/lib/dpkg" -o -path "$CLEAN_ROOT/tmp" \) -prune \
    -o -not -type d -print -o -type d -name '*rstprobe*' -print | LC_ALL=C sort
}

# Installs, runs and removes a package.
check_package() {
  local package=$1 version before after file
  local -a user=(--reuid "$NOBODY" --regid "$NOBODY" --clear-groups)
  local -a raw=('--bounding-set=-all,+net_raw' --inh-caps=-all)
  version=$(release_version)
  enter_clean_root
  expect_status 0 "apt-get update in the clean root" inside apt-get update -q
  # What it depends on stays when it goes: it is there before the files are counted.
  dpkg-deb --field "$package" Depends | sed 's/([^)]*)//g;s/,//g' > "$work/needed"
  # shellcheck disable=SC2046
  expect_status 0 "what it depends on is to be had" \
    inside apt-get install -q -y --no-install-recommends $(cat "$work/needed")
  before=$(files_inside)
  cp "$package" "$CLEAN_ROOT/tmp/rstprobe.deb"
  expect_status 0 "it installs" inside apt-get install -q -y --no-install-recommends /tmp/rstprobe.deb
  expect_status 0 "dpkg finds every file as it was packed" inside dpkg --verify rstprobe
  expect_status 0 "rstprobe --version" inside rstprobe --version
  expect_said "^rstprobe ${version//./\\.}\$"
  expect_status 0 "the file has CAP_NET_RAW" inside getcap /usr/bin/rstprobe
  expect_said 'cap_net_raw[+=]ep'
  expect_status 0 "the manual page can be read" \
    man --local-file --pager=cat "$CLEAN_ROOT/usr/share/man/man1/rstprobe.1.gz"
  expect_said 'EXIT STATUS'
  for file in bash-completion/completions/rstprobe zsh/vendor-completions/_rstprobe \
    fish/vendor_completions.d/rstprobe.fish doc/rstprobe/copyright doc/rstprobe/changelog.gz; do
    expect_status 0 "there is $file" test -s "$CLEAN_ROOT/usr/share/$file"
  done
  expect_status 0 "nobody's user diagnoses a port of loopback" \
    inside_alone "${user[@]}" rstprobe 127.0.0.1:9 --write-pcap /tmp/run.pcap
  expect_said 'closed'
  expect_status 0 "and explains the capture of it" inside rstprobe explain /tmp/run.pcap
  expect_said 'closed-port'
  # What Containerfile says of capabilities.
  expect_status 0 "nobody's user needs CAP_NET_RAW in the bounding set and nothing else" \
    inside_alone "${user[@]}" "${raw[@]}" rstprobe 127.0.0.1:9 --quiet
  # By way of another program: setpriv itself keeps what it is permitted.
  expect_status 77 "no-new-privileges takes it from that user" \
    inside_alone "${user[@]}" "${raw[@]}" setpriv --no-new-privs rstprobe 127.0.0.1:9 --quiet
  expect_status 0 "and not from a user 0 who has nothing else" \
    inside_alone "${raw[@]}" --no-new-privs rstprobe 127.0.0.1:9 --quiet
  expect_status 0 "nor from a unit of systemd, which has it as an ambient capability" \
    inside_alone "${user[@]}" '--bounding-set=-all,+net_raw' '--inh-caps=-all,+net_raw' \
    '--ambient-caps=+net_raw' --no-new-privs rstprobe 127.0.0.1:9 --quiet
  expect_status 0 "it is removed" inside apt-get purge -q -y rstprobe
  rm -f "$CLEAN_ROOT/tmp/rstprobe.deb"
  after=$(files_inside)
  if ! diff <(say "$before") <(say "$after") > "$work/said"; then
    complain "what is left behind, or gone:"
    cat "$work/said" >&2
    return 1
  fi
  say "ok  nothing is left behind"
  leave_clean_root
  if command -v lintian > /dev/null; then
    expect_status 0 "lintian" lintian --fail-on error "$package"
  else
    say "--  lintian is not installed: the package is not held against Debian's policy"
  fi
}
