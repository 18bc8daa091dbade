# shellcheck shell=bash
# A release as it is handed out: the program without the toolchain's libraries, what shells complete,
# and the manual page. Sourced after requirements.sh, from the root of the repository.

# shellcheck source=man-page.sh
source "${BASH_SOURCE[0]%/*}/man-page.sh"

# What the static Foundation is linked with: XML for XMLCoder, and curl because FlyingFox names
# FoundationNetworking, of which rstprobe uses nothing.
# shellcheck disable=SC2034
RELEASE_PACKAGES=(libxml2-dev libcurl4-openssl-dev)

# Its own place: with the other flags of Scripts/test's release both would be built anew each time.
RELEASE_SCRATCH=.build/static

# The one place where the number of this version stands.
release_version() {
  sed -n 's/^ *public static let current = "\(.*\)"$/\1/p' Sources/RSTCore/Version.swift
}

# Builds into a directory: rstprobe, rstprobe.1, and bash, zsh and fish.
build_release() {
  local directory=$1 shell built
  local -a flags=(-c release --product rstprobe --scratch-path "$RELEASE_SCRATCH")
  say "Writing the manual page"
  write_manual_page "$directory/rstprobe.1"
  say "Building the release"
  # With the Swift library inside, the program outlives the toolchain that built it.
  if ! swift build "${flags[@]}" --static-swift-stdlib; then
    if [[ ${2:-} == --static-only ]]; then
      complain "it cannot be linked without the toolchain's libraries: see above"
      return 1
    fi
    complain "linking failed, see above; built to run beside the toolchain instead"
    swift build "${flags[@]}"
  fi
  built=$(swift build "${flags[@]}" --show-bin-path)/rstprobe
  cp "$built" "$directory/rstprobe"
  for shell in bash zsh fish; do
    "$built" --generate-completion-script "$shell" > "$directory/$shell"
  done
}
