# shellcheck shell=bash
# The manual page. ArgumentParser writes it from the options; it knows nothing of our exit status.

# Writes the manual page of a built rstprobe to a file; behind these come the flags that it was built with.
#
# ArgumentParser's plugin for that would build everything once more.
write_manual_page() {
  local program=$1 target=$2 page=$2.drawn
  shift 2
  swift build "$@" --product generate-manual
  "${program%/*}/generate-manual" --date "$(date --utc --date="@${SOURCE_DATE_EPOCH:-$EPOCHSECONDS}" +%F)" \
    --output-directory - "$program" > "$page"
  awk '
    /^\.Sh "?EXIT STATUS"?/ { print; skipping = 1; statuses(); next }
    /^\.Sh/ { skipping = 0 }
    !skipping { print }
    function status(number, text) { print ".It " number; print text }
    function statuses() {
      print ".Bl -tag -width 4n -compact"
      status(0, "The question was answered, and what was expected, if anything, holds.")
      status(1, "An expectation or a policy does not hold.")
      status(2, "The command line or an input is wrong.")
      status(3, "The evidence does not separate two or more answers.")
      status(69, "The name of the target or the route to it cannot be used.")
      status(77, "A privilege is missing: CAP_NET_RAW.")
      status(130, "The run was interrupted; what was measured is reported.")
      print ".El"
    }
  ' "$page" > "$target"
  rm "$page"
}
