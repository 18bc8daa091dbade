# shellcheck shell=bash
# A release as it is handed out: the program without the toolchain's libraries, what shells complete,
# and the manual page. Sourced after requirements.sh, from the root of the repository.

# shellcheck source=man-page.sh
source "${BASH_SOURCE[0]%/*}/man-page.sh"

# What the static Foundation is linked with: XML for XMLCoder, and curl because FlyingFox names
# FoundationNetworking, of which rstprobe uses nothing.
# shellcheck disable=SC2034
RELEASE_PACKAGES=(libxml2-dev libcurl4-openssl-dev)

# The same flags wherever a release is built, the lab's too: nothing is built twice. With the Swift library
# inside, a program outlives the toolchain that built it.
release_flags() {
  local resources
  resources=$(swift -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')
  printf '%s\n' -c release
  if [[ -e ${resources}_static/linux/static-stdlib-args.lnk &&
    -z $(missing_packages "${RELEASE_PACKAGES[@]}") ]]; then
    say --static-swift-stdlib
  fi
}

# The one place where the number of this version stands.
release_version() {
  sed -n 's/^ *public static let current = "\(.*\)"$/\1/p' Sources/RSTCore/Version.swift
}

# Builds into a directory: rstprobe, rstprobe.1, and bash, zsh and fish. With --static-only it has to outlive
# the toolchain.
build_release() {
  local directory=$1 shell built
  local -a flags
  mapfile -t flags < <(release_flags)
  if [[ " ${flags[*]} " != *" --static-swift-stdlib "* ]]; then
    complain "without the toolchain's static library, or one of ${RELEASE_PACKAGES[*]}, the program" \
      "will need the toolchain to run"
    if [[ ${2:-} == --static-only ]]; then return 1; fi
  fi
  say "Building the release"
  swift build "${flags[@]}" --product rstprobe
  built=$(swift build "${flags[@]}" --show-bin-path)/rstprobe
  cp "$built" "$directory/rstprobe"
  write_manual_page "$built" "$directory/rstprobe.1" "${flags[@]}"
  for shell in bash zsh fish; do
    "$built" --generate-completion-script "$shell" > "$directory/$shell"
  done
}
