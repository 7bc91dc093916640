# What the scripts beside this one share; sourced by them, does nothing of its own.

service="$(basename "$0")"
cache="${DISCOGS_SERVICES:-${XDG_CACHE_HOME:-$HOME/.cache}/discogs-assets/services}"
# shellcheck disable=SC2034  # the others use it
password="${SERVICE_PASSWORD:-only-on-this-machine}"

fail() {
  echo "$service: $*" >&2
  exit 1
}

usage() {
  fail "say what to do: install | check | run FOLDER [PORT]"
}

# PACKAGE...: install Debian packages, without starting the services they bring.
apt_install() {
  command -v apt-get >/dev/null || fail "no apt-get here; install $* by hand"
  local policy=/usr/sbin/policy-rc.d
  as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  if [ ! -e "$policy" ]; then
    trap '"${as_root[@]}" rm -f /usr/sbin/policy-rc.d' EXIT
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod +x "$policy"
  fi
  echo "$service: installing Debian's $*"
  "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=300 update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 \
    install -y -qq --no-install-recommends "$@"
}

# FILE...: the folder of what is built from these files; another once they change.
built_from() {
  echo "$cache/$service-$(cat "$@" | sha256sum | cut -c1-12)"
}

# FOLDER COMMAND...: let a command fill a new folder, and put it in place whole or not at all.
build_once() {
  local folder=$1 unfinished
  shift
  mkdir -p "$cache"
  unfinished="$(mktemp -d -p "$cache")"
  "$@" "$unfinished" || { rm -rf "$unfinished"; fail "could not be built"; }
  mv -T "$unfinished" "$folder" 2>/dev/null || rm -rf "$unfinished"  # another was quicker
}

answers() {
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# A port below those that outgoing connections get: it stays free while the server is stopped.
free_port() {
  local port
  for _ in {1..100}; do
    port=$((20000 + RANDOM % 12000))
    answers "$port" || { echo "$port"; return; }
  done
  fail "no free port between 20000 and 32000"
}

# Be ended when the parent ends. `exec` keeps the process, so a caller's pid stays good.
end_with_parent() {
  [ -n "${SERVICE_ENDS_WITH_PARENT:-}" ] && return
  SERVICE_ENDS_WITH_PARENT=yes exec setpriv --pdeathsig TERM "$0" "$@"
}

# SIGNAL LOG SETTINGS COMMAND...: run a server until this is told to end; SIGNAL ends the server.
# Prints SETTINGS once `is_ready`, which the caller defines for its $port, is so.
serve() {
  local signal=$1 log=$2 settings=$3 server status=0
  shift 3
  # Whoever is there would be taken for the server.
  if answers "$port"; then fail "port $port is in use"; fi
  setpriv --pdeathsig "$signal" "$@" >>"$log" 2>&1 </dev/null &
  server=$!
  trap 'kill -s "$signal" "$server" 2>/dev/null || true' TERM INT HUP
  until is_ready; do
    kill -0 "$server" 2>/dev/null || { tail -n 20 "$log" >&2; fail "did not start; see $log"; }
    sleep 0.1
  done
  echo "$settings"
  # A signal ends a `wait` before the server has ended.
  while kill -0 "$server" 2>/dev/null; do
    status=0
    wait "$server" || status=$?
  done
  return "$status"
}
