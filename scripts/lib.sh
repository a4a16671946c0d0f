# What the scripts share: they begin with `. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"` and are then in the project's folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
python=$root/.venv/bin/python

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# step WORDS COMMAND...: runs quietly; says what it is doing after 2 s and then every 10 s; shows the log if it fails.
step() {
  local words=$1 log pid began=$SECONDS next=2
  shift
  log=$(mktemp)
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  trap 'kill "$pid" 2>/dev/null; exit 130' INT TERM
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    if ((SECONDS - began >= next)); then
      say "$words ... $((SECONDS - began)) s"
      next=$((next + (next < 10 ? 8 : 10)))
    fi
  done
  trap - INT TERM
  wait "$pid" || { tail -n 40 "$log" >&2; fail "$words: failed, its last lines are above ($log)."; }
  rm -f "$log"
}

# hash_of FILES...: one short word that changes when a file does, by tools that every system has.
hash_of() { cksum "$@" | cksum | tr ' ' -; }

can_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

# apt_install PACKAGE...: only where can_apt said yes. RUNLEVEL=1 keeps Debian from starting the servers it installs.
apt_install() {
  step "Reading the lists of system packages" apt-get update -qq
  apt_get_install "$@"
}
apt_get_install() {
  step "Installing $*" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "$@"
}

# has PROGRAM: also where the system keeps it off PATH.
has() {
  case "$1" in
    chromium) command -v chromium || command -v chromium-browser || command -v google-chrome ||
      [ -d "/Applications/Google Chrome.app" ] || [ -d "/Applications/Chromium.app" ] ;;
    firefox) command -v firefox-esr || command -v firefox || [ -d "/Applications/Firefox.app" ] ;;
    initdb) command -v initdb || ls /usr/lib/postgresql/*/bin/initdb ;;
    *) command -v "$1" ;;
  esac >/dev/null 2>&1
}

# want PROGRAM:PACKAGE...: installs what is not there, where it may; says what is missing then. One package after
# the other, because a system that has no package of one of them has the others.
want() {
  local pair missing=()
  for pair in "$@"; do
    has "${pair%%:*}" || missing+=("$pair")
  done
  ((${#missing[@]})) || return 0
  if can_apt && (step "Reading the lists of system packages" apt-get update -qq); then
    for pair in "${missing[@]}"; do
      (apt_get_install "${pair##*:}") || true
    done
  fi
  for pair in "${missing[@]}"; do
    has "${pair%%:*}" || say "Not found: ${pair%%:*} (package ${pair##*:}). What needs it is left out."
  done
}

command_of() { if [ -r "/proc/$1/cmdline" ]; then tr '\0' ' ' <"/proc/$1/cmdline"; else ps -ww -o command= -p "$1"; fi 2>/dev/null; }

# our_process PIDFILE: prints its pid if that process runs and is one of this folder's.
our_process() {
  local pid
  [ -s "$1" ] && pid=$(cat "$1") || return 1
  case "$pid" in *[!0-9]*) return 1 ;; esac
  case "$(command_of "$pid")" in
    *"$root/.venv/bin/"*) printf '%s\n' "$pid" ;;
    *) return 1 ;;
  esac
}

# remember_process NAME: this shell's pid, which `exec` keeps, goes into data/run/NAME.pid; one at a time.
# What is left of one that was killed is ended first, unless the other kind (app or dev) runs.
remember_process() {
  local run=$data_dir/run pid
  (umask 077 && mkdir -p "$run")
  if pid=$(our_process "$run/$1.pid") && [ "$pid" != $$ ]; then
    fail "It is running already (process $pid); scripts/stop stops it."
  fi
  if [ -f "$run/$1.pid" ] && ! our_process "$run/app.pid" >/dev/null && ! our_process "$run/dev.pid" >/dev/null; then
    "$python" scripts/leftovers.py "$root"
  fi
  echo $$ >"$run/$1.pid"
}

# read_settings [pages]: host, port, data_dir and has_redis as the app itself reads them, .env included, and
# addresses: the lines that tell people where to go.
read_settings() {
  local values
  values=$("$python" scripts/settings.py "$@")
  { read -r host; read -r port; read -r data_dir; read -r has_redis; addresses=$(cat); } <<<"$values"
}
