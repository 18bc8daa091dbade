# shellcheck shell=bash
# What a scenario's set-up may say. Each section runs with this file, in the namespace of its node.
# Variables: FAMILY (4 or 6), PORT, ADDRESS (what is probed), PREFIX (its network), STATE (the
# lab's directory), NODE, TOOLS (where lab-actor and lwip-host are).

set -eu
PATH=$PATH:/usr/sbin:/sbin

# Filter rules, in nft's own words. They hold for both address families and stand in the chain
# of that name; the lab takes all of them away before the next scenario.
input() { rule input 'filter hook input priority 0' "$@"; }
forward() { rule forward 'filter hook forward priority 0' "$@"; }
output() { rule output 'filter hook output priority 0' "$@"; }
# Before routing: a device that looks at packets before it counts hops.
ingress() { rule ingress 'filter hook prerouting priority -400' "$@"; }
# Before connection tracking; for notrack.
untracked() { rule untracked 'filter hook prerouting priority -300' "$@"; }
translate() { rule translate 'nat hook prerouting priority -100' "$@"; }
egress() { rule egress 'filter hook postrouting priority 100' "$@"; }

declare -A RULES=() HOOKS=()
rule() {
  local chain=$1 hook=$2
  shift 2
  HOOKS[$chain]=$hook
  RULES[$chain]+="$*"$'\n'
}

apply_rules() {
  ((${#RULES[@]})) || return 0
  local chain
  {
    echo 'table inet lab {'
    for chain in "${!RULES[@]}"; do
      printf 'chain %s {\n type %s\n %s}\n' "$chain" "${HOOKS[$chain]}" "${RULES[$chain]}"
    done
    echo '}'
  } | nft -f -
}

# iptables or ip6tables, by the family that is probed; on top of nftables, so that a flush of its
# ruleset takes the rules away.
tables() { if [[ $FAMILY == 4 ]]; then iptables-nft -w "$@"; else ip6tables-nft -w "$@"; fi; }

# synproxy CHAIN INTERFACE: netfilter completes handshakes for what comes in there. The nft
# statement drops every IPv6 SYN on Linux 6.18, the ip6tables target does not.
synproxy() {
  setting netfilter.nf_conntrack_tcp_loose 0
  if [[ $FAMILY == 4 ]]; then
    untracked iifname "$2" tcp dport "$PORT" 'tcp flags & (fin | syn | rst | ack) == syn notrack'
    rule "$1" "filter hook $1 priority 0" iifname "$2" tcp dport "$PORT" ct state invalid,untracked \
      synproxy mss 1460 wscale 7 timestamp sack-perm
    rule "$1" "filter hook $1 priority 0" ct state invalid drop
  else
    ip6tables-nft -w -t raw -A PREROUTING -i "$2" -p tcp --dport "$PORT" --syn -j CT --notrack
    ip6tables-nft -w -A "${1^^}" -i "$2" -p tcp --dport "$PORT" -m conntrack \
      --ctstate INVALID,UNTRACKED -j SYNPROXY --sack-perm --timestamp --wscale 7 --mss 1460
    ip6tables-nft -w -A "${1^^}" -m conntrack --ctstate INVALID -j DROP
  fi
}

# on_text CHAIN TEXT TARGET...: an iptables target for segments to the port that hold the text, each
# looked at by itself. PREROUTING is a device that looks before it counts hops.
on_text() {
  local table=filter
  if [[ $1 == PREROUTING ]]; then table=raw; fi
  tables -t "$table" -A "$1" -p tcp --dport "$PORT" -m string --algo bm --string "$2" -j "${@:3}"
}

# blackhole_on_text CHAIN TEXT: nothing of a connection passes any more, in either direction, once
# the text did not.
blackhole_on_text() {
  on_text "$1" "$2" CONNMARK --set-mark 1
  tables -A "$1" -p tcp -m connmark --mark 1 -j DROP
}

# residual_on_text CHAIN TEXT SECONDS TARGET...: for so long after the text, all that its sender
# sends to the port meets the target, and the text itself too.
residual_on_text() {
  tables -A "$1" -p tcp --dport "$PORT" -m recent --name "lab$PORT" --rcheck --seconds "$3" \
    -j "${@:4}"
  tables -A "$1" -p tcp --dport "$PORT" -m string --algo bm --string "$2" \
    -m recent --name "lab$PORT" --set -j "${@:4}"
}

# setting NAME VALUE: a sysctl below net, put back before the next scenario.
setting() {
  local file=/proc/sys/net/${1//.//}
  printf 'echo %q > %q\n' "$(<"$file")" "$file" >>"$STATE/undo-$NODE"
  echo "$2" >"$file"
}

# default_ttl N: of the host, in both families.
default_ttl() {
  setting ipv4.ip_default_ttl "$1"
  setting ipv6.conf.all.hop_limit "$1"
  setting ipv6.conf.eth0.hop_limit "$1"
}

# undo COMMAND...: runs before the next scenario, in this namespace.
undo() {
  printf '%q ' "$@" >>"$STATE/undo-$NODE"
  echo >>"$STATE/undo-$NODE"
}

# start COMMAND...: runs in the background until the next scenario; waits for its "ready".
start() { launch says_ready "$@"; }
# serve COMMAND...: the same for a server that does not say so; waits until it listens.
serve() { launch listens "$@"; }

says_ready() { local line='' && read -r line <"$1" && [[ $line == ready* ]]; }
listens() { [[ -n $(ss -Hltn "sport = :$PORT") ]]; }

launch() {
  # A machine that has to read the program from a slow disk first needs its time.
  local is_ready=$1 log end=$((SECONDS + 60))
  shift
  log=$STATE/$NODE-${1##*/}-$SECONDS-$RANDOM.log
  : >"$log"
  "$@" >>"$log" 2>&1 </dev/null &
  echo $! >>"$STATE/pids"
  until "$is_ready" "$log"; do
    if ((SECONDS > end)) || ! kill -0 $! 2>/dev/null; then
      echo "$NODE: $1 does not start: $(<"$log")" >&2
      return 1
    fi
    sleep 0.005
  done
}

# kill_connections INTERFACE: dsniff's tcpkill resets every connection to the port that it sees.
kill_connections() {
  needs tcpkill dsniff
  launch watches tcpkill -i "$1" tcp port "$PORT"
}
watches() { grep -qs listening "$1"; }

# trigger_file TEXT: what --payload '$STATE/trigger' sends.
trigger_file() { printf %s "$1" >"$STATE/trigger"; }

actor() { start "$TOOLS/lab-actor" "$@"; }
listen() { actor listen "$@"; }

# lwip [hang-up]: the target runs lwIP instead of the kernel's stack: open on port 80, in both
# families; it closes after its peer, or at once.
lwip() {
  if [[ ! -x $TOOLS/lwip-host ]]; then
    echo "lwip-host was not built: apt-get install liblwip-dev" >&2
    return 1
  fi
  ingress iifname eth0 drop
  start "$TOOLS/lwip-host" eth0 198.51.100.10/24 198.51.100.1 2001:db8:3::10 \
    fe80::ff:fe00:22 02:00:00:00:00:22 "$@"
}

# stack OPTIONS...: another stack, filter or intrusion preventer answers; see stack.py --help.
stack() { start "$LAB_PARTS/stack.py" "$@"; }

# host OPTIONS...: a server with the manners of other stacks; see host.py --help.
host() { start "$LAB_PARTS/host.py" "$@"; }

# server [OPTION...] STEP...: a server on $PORT that takes these steps on every connection; see
# peer.py --help.
server() { start "$LAB_PARTS/peer.py" listen "$@"; }

# late_copy INTERFACE WHAT NAME: a copy of a segment arrives once NAME is marked; see late.py.
late_copy() { start "$LAB_PARTS/late.py" "$1" "$PORT" "$2" "$3"; }

# like_windows: no timestamps, and resets with ACK, window 0 and the connection's own IP ID.
like_windows() {
  setting ipv4.tcp_timestamps 0
  output tcp sport "$PORT" 'tcp flags & rst == rst tcp window set 0'
}

# hidden_hops INTERFACE NUMBER [MATCH...]: what leaves there has so many hops behind it that nobody sees.
hidden_hops() {
  if [[ $FAMILY == 4 ]]; then
    tables -t mangle -A FORWARD -o "$1" "${@:3}" -m ttl --ttl-lt $(($2 + 1)) -j DROP
    tables -t mangle -A FORWARD -o "$1" "${@:3}" -j TTL --ttl-dec "$2"
  else
    tables -t mangle -A FORWARD -o "$1" "${@:3}" -m hl --hl-lt $(($2 + 1)) -j DROP
    tables -t mangle -A FORWARD -o "$1" "${@:3}" -j HL --hl-dec "$2"
  fi
}

# least_hop_limit INTERFACE: as pf's min-ttl does: every packet that comes in may go 64 hops.
least_hop_limit() {
  if [[ $FAMILY == 4 ]]; then
    tables -t mangle -A PREROUTING -i "$1" -p tcp -m ttl --ttl-lt 64 -j TTL --ttl-set 64
  else
    tables -t mangle -A PREROUTING -i "$1" -p tcp -m hl --hl-lt 64 -j HL --hl-set 64
  fi
}

# needs PROGRAM [PACKAGE]: skips the scenario where the program is not installed.
needs() {
  if command -v "$1" >/dev/null; then return; fi
  echo "$1 is not installed${2:+: apt-get install $2}"
  exit 77
}

# nginx_serve DIRECTIVE...: nginx on $PORT; the directives stand in its server block.
# $LISTEN_OPTIONS goes with its listen directives.
nginx_serve() {
  needs nginx nginx-light
  local file=$STATE/nginx-$NODE.conf part
  {
    echo 'daemon off; master_process off; events {}'
    echo "pid $STATE/nginx-$NODE.pid;"
    echo 'http { access_log off;'
    for part in client_body proxy fastcgi uwsgi scgi; do
      echo "${part}_temp_path $STATE/nginx-$part;"
    done
    echo "server { listen $PORT ${LISTEN_OPTIONS-}; listen [::]:$PORT ${LISTEN_OPTIONS-}; $* } }"
  } >"$file"
  serve nginx -e stderr -p "$STATE" -c "$file"
}

# haproxy_serve LINE...: HAProxy on $PORT; each line stands in its frontend, which asks no server.
haproxy_serve() {
  needs haproxy haproxy
  local file=$STATE/haproxy-$NODE.cfg
  {
    printf '%s\n' 'defaults' 'mode http' 'timeout connect 1s' 'timeout server 30s' \
      'timeout client 30s' 'frontend lab' "bind :$PORT" "bind [::]:$PORT v6only"
    printf '%s\n' "$@"
  } >"$file"
  serve haproxy -db -f "$file"
}

# sshd_serve LINE...: OpenSSH on $PORT, with these lines of configuration; nobody can log in. The
# lab never installs it: whoever has no SSH server shall not get one from here.
sshd_serve() {
  needs sshd
  local file=$STATE/sshd-$NODE.conf key=$STATE/sshd-key
  [[ -f $key ]] || ssh-keygen -q -t ed25519 -N '' -f "$key"
  {
    printf '%s\n' "Port $PORT" "HostKey $key" 'PidFile none' 'UsePAM no' 'AllowUsers nobody' \
      'PasswordAuthentication no' 'KbdInteractiveAuthentication no' 'AuthorizedKeysFile none'
    printf '%s\n' "$@"
  } >"$file"
  # Debian's build insists on /run/sshd, which the service's unit makes: here in a /run of its own.
  # shellcheck disable=SC2016
  serve unshare --mount sh -c 'mount -t tmpfs tmpfs /run && mkdir /run/sshd && exec "$@"' sh \
    "$(command -v sshd)" -D -e -f "$file"
}

# certificate: makes a key and a certificate, $STATE/tls.key and $STATE/tls.crt.
certificate() {
  [[ -f $STATE/tls.key ]] && return
  needs openssl openssl
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
    -keyout "$STATE/tls.key" -out "$STATE/tls.crt" -subj /CN=target.lab.invalid -days 2 2>/dev/null
}

# tls_serve OPTION...: a TLS server (openssl s_server) on $PORT that answers HTTP with a page about
# the connection. It serves one client after the other; the kernel accepts the rest.
tls_serve() {
  certificate
  serve openssl s_server "-$FAMILY" -accept "$PORT" -key "$STATE/tls.key" \
    -cert "$STATE/tls.crt" -www "$@"
}

# https_serve DIRECTIVE...: nginx with TLS (1.3 too, which nginx 1.22 leaves out by default), which
# serves all clients at once.
https_serve() {
  certificate
  LISTEN_OPTIONS="ssl ${LISTEN_OPTIONS-}" nginx_serve 'ssl_protocols TLSv1.2 TLSv1.3;' \
    "ssl_certificate $STATE/tls.crt;" "ssl_certificate_key $STATE/tls.key;" "$@"
}
