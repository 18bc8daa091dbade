# shellcheck shell=bash
# What a scenario's traffic may say, beside the functions of setup.sh. All nodes' sections run at the
# same time; marks say in which order things happen, so that no pause has to be long enough.

# mark NAME; await NAME.
mark() {
  mkdir -p "$STATE/marks"
  : >"$STATE/marks/$1"
}
await() { until [[ -e $STATE/marks/$1 ]]; do sleep 0.005; done; }

# client [OPTION...] STEP...: connects to what is probed and takes these steps; see peer.py --help.
client() { "$LAB_PARTS/peer.py" connect "$@"; }

# segment OPTIONS...: raw segments to what is probed; see segment.py --help.
segment() { "$LAB_PARTS/segment.py" "$ADDRESS" "$@"; }

# now CHAIN RULE...: a rule of a filter that holds from now on.
now() {
  "$@"
  apply_rules
  RULES=() HOOKS=()
}
# rules_end: all rules of this node are gone.
rules_end() { nft flush ruleset; }

# forget_connections: this node's connection tracking knows none any more.
forget_connections() { "$LAB_PARTS/forget.py"; }

# url [PATH]: of what is probed.
url() {
  local host=$ADDRESS
  if [[ $FAMILY == 6 ]]; then host="[$ADDRESS]"; fi
  echo "http://$host:$PORT/${1-}"
}
