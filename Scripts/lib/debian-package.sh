# shellcheck shell=bash
# The Debian package: deb(5), Debian Policy. Sourced after release.sh. Needs $work: a directory that the
# caller removes.

# What it takes to make one; dpkg-shlibdeps and strip are in these.
# shellcheck disable=SC2034
PACKAGE_PACKAGES=(dpkg-dev binutils)
work=${work:-}

# The version of the package: the release where its tag is what is built, else one that is older than
# it and says which commit.
package_version() {
  local version
  version=$(release_version)
  if [[ -z $version ]]; then
    complain "Sources/RSTCore/Version.swift says no version"
    return 1
  fi
  if [[ $(git describe --tags --exact-match 2> /dev/null) == "v$version" ]]; then
    say "$version"
  else
    say "$version~git$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y%m%d).$(git rev-parse --short=7 HEAD)"
  fi
}

# Makes the package of a release (see build_release) in a directory.
make_package() {
  local release=$1 out=$2 tree version architecture documents
  version=$(package_version)
  architecture=$(dpkg --print-architecture)
  tree=$(mktemp -d "$out/tree.XXXXXX")
  documents=$tree/usr/share/doc/rstprobe
  chmod 0755 "$tree"
  install -D -m 0755 "$release/rstprobe" "$tree/usr/bin/rstprobe"
  strip --strip-unneeded --remove-section=.comment "$tree/usr/bin/rstprobe"
  install -D -m 0644 "$release/bash" "$tree/usr/share/bash-completion/completions/rstprobe"
  install -D -m 0644 "$release/zsh" "$tree/usr/share/zsh/vendor-completions/_rstprobe"
  install -D -m 0644 "$release/fish" "$tree/usr/share/fish/vendor_completions.d/rstprobe.fish"
  install -D -m 0644 "$release/rstprobe.1" "$tree/usr/share/man/man1/rstprobe.1"
  install -D -m 0644 CHANGELOG.md "$documents/changelog"
  write_copyright > "$documents/copyright"
  gzip -9n "$tree/usr/share/man/man1/rstprobe.1" "$documents/changelog"
  mkdir -p "$tree/DEBIAN"
  write_control "$tree" "$version" "$architecture" > "$tree/DEBIAN/control"
  write_postinst > "$tree/DEBIAN/postinst"
  chmod 0755 "$tree/DEBIAN/postinst"
  (cd "$tree" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) > "$tree/DEBIAN/md5sums"
  find "$tree" -type d -exec chmod 0755 {} +
  chmod 0644 "$documents"/* "$tree"/DEBIAN/control "$tree"/DEBIAN/md5sums
  dpkg-deb --root-owner-group -Zxz -z3 --build "$tree" "$out/rstprobe_${version}_${architecture}.deb" > /dev/null
  rm -rf "$tree"
}

# The libraries that the program really loads, with the least version that has what it calls.
library_dependencies() {
  local tree=$1 place
  place=$(mktemp -d -p "$work")
  mkdir "$place/debian"
  printf 'Source: rstprobe\n\nPackage: rstprobe\nArchitecture: any\n' > "$place/debian/control"
  (cd "$place" && dpkg-shlibdeps -O "$tree/usr/bin/rstprobe") | sed -n 's/^shlibs:Depends=//p'
}

write_control() {
  local tree=$1 version=$2 architecture=$3 libraries
  libraries=$(library_dependencies "$tree")
  if [[ -z $libraries ]]; then
    complain "dpkg-shlibdeps names no library"
    return 1
  fi
  cat << CONTROL
Package: rstprobe
Version: $version
Architecture: $architecture
Maintainer: The rstprobe authors <rstprobe@example.org>
Installed-Size: $(du -sk --apparent-size "$tree/usr" | cut -f1)
Depends: $libraries, libcap2-bin
Section: net
Priority: optional
Description: says who reset, refused or swallowed a TCP connection, and why
 rstprobe sends probes to a TCP port, compares what comes back with what the
 same host says elsewhere, and tells a closed port from the reset of a packet
 filter, of a device on the way or of a third party, each with its evidence.
 It explains the resets in capture files too, holds a firewall policy against
 what is there, sweeps many ports, and answers Prometheus.
CONTROL
}

# Every user may run it then, as with ping; a file system without extended attributes is no failure.
write_postinst() {
  cat << 'POSTINST'
#!/bin/sh
set -e
if [ "$1" = configure ] && ! setcap cap_net_raw+ep /usr/bin/rstprobe; then
  echo "rstprobe: no file capabilities here (see above); run it as root, or with CAP_NET_RAW" >&2
fi
POSTINST
}

write_copyright() {
  cat << 'COPYRIGHT'
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: rstprobe
Comment:
 The program holds parts of Swift, swift-argument-parser and swift-mustache
 (Apache-2.0), and of FlyingFox, GRDB, XMLCoder, Yams and LibYAML (Expat).

Files: *
Copyright: 2026 The rstprobe authors
License: Expat

License: Expat
COPYRIGHT
  # The text after its title and the line of copyright; an empty line is a dot.
  tail -n +5 LICENSE | sed 's/^$/./;s/^/ /'
}
