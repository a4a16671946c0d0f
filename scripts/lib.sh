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
  step "Installing $*" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "$@"
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
remember_process() {
  local file=$data_dir/run/$1.pid pid
  mkdir -p "$data_dir/run"
  if pid=$(our_process "$file") && [ "$pid" != $$ ]; then
    fail "It is running already (process $pid); scripts/stop stops it."
  fi
  echo $$ >"$file"
}

# read_settings [pages]: host, port, data_dir and has_redis as the app itself reads them, .env included, and
# addresses: the lines that tell people where to go.
read_settings() {
  local values
  values=$("$python" scripts/settings.py "$@")
  { read -r host; read -r port; read -r data_dir; read -r has_redis; addresses=$(cat); } <<<"$values"
}
