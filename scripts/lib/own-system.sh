# Starts and ends the systems that scripts/programs runs on. Sourced, not run; needs $root and build.sh.
# shellcheck shell=bash

# The daemons of the mounts that were started here, by mount point.
declare -A own_daemons=()

# freeze_build DIR: the build as scripts/install lays it out, so that sources may change while scenarios start processes. Its
# command is in $DBFS.
freeze_build() {
  mkdir -p "$1/scripts/lib"
  cp -rl "$build/lib" "$1/" 2>/dev/null || cp -r "$build/lib" "$1/"
  cp "$build/classpath" "$1/"
  cp "$root/scripts/dbfs" "$1/scripts/"
  cp "$root/scripts/lib/packages.sh" "$root/scripts/lib/jvm.sh" "$1/scripts/lib/"
  export DBFS=$1/scripts/dbfs
}

# start_own_system DATA DIR: `dbfs up`, known by a run directory of its own so that it disturbs nobody's.
start_own_system() {
  export DBFS_RUN=$1.run
  start_mount_daemon "$2" up "$2" --data "$1"
}

# start_second_mount DIR DIR2: the filesystem mounted on DIR, mounted on DIR2 too; once.
start_second_mount() {
  local supernodes
  [[ -z ${own_daemons[$2]:-} ]] || return 0
  supernodes=$(noted "$1" supernodes) && start_mount_daemon "$2" mount "$supernodes" "$2"
}

# start_mount_daemon DIR ARGUMENT...: in the foreground as a child of ours, so that it can be ended however far it came.
start_mount_daemon() {
  local directory=$1 end=$((SECONDS + 120 * patience))
  shift
  mkdir -p "$directory"
  # The launcher becomes the daemon.
  "$DBFS" "$@" </dev/null >"$directory.log" 2>&1 &
  own_daemons[$directory]=$!
  until noted "$directory" pid >/dev/null 2>&1; do
    if ! kill -0 "${own_daemons[$directory]}" 2>/dev/null || ((SECONDS > end)); then
      say "$directory: not mounted:" && tail -n 5 "$directory.log" >&2
      return 1
    fi
    sleep 0.2
  done
}

# stop_own_daemons: the mounts before the servers; whoever does not end in order is killed, and that is a failure.
stop_own_daemons() {
  local directory daemon failed=0
  for directory in $(printf '%s\n' "${!own_daemons[@]}" | sort -r); do
    daemon=${own_daemons[$directory]}
    kill "$daemon" 2>/dev/null
    timeout $((60 * patience)) tail --pid="$daemon" -f /dev/null || { kill -9 "$daemon" 2>/dev/null && failed=1; }
    ! grep -q " $directory " /proc/self/mounts || umount -l "$directory" || failed=1
  done
  return "$failed"
}

# noted DIR KEY: what the daemon of a mount has noted of itself.
noted() {
  python3 - "${DBFS_RUN:-/run/dbfs}" "$(realpath "$1")" "$2" <<'PYTHON'
import json, pathlib, sys
folder, mount_point, key = sys.argv[1:]
for note in pathlib.Path(folder).glob('*.json'):
    run = json.loads(note.read_text())
    if run['mount_point'] == mount_point:
        print(','.join(run[key]) if isinstance(run[key], list) else run[key])
        sys.exit()
sys.exit('%s: no daemon of this user serves it' % mount_point)
PYTHON
}

# processor_seconds PID...: what these processes have used until now.
processor_seconds() {
  local pid ticks=0
  for pid in "$@"; do
    # After the name, which is in parentheses, user and system time are the 12th and 13th fields.
    ticks=$((ticks + $(sed 's/.*) //' "/proc/$pid/stat" | awk '{ print $12 + $13 }')))
  done
  awk "BEGIN { print $ticks / $(getconf CLK_TCK) }"
}
