# A system of separate processes for scenarios that kill some: one supernode, three nodes, a mount. Sourced by them, not run.
# shellcheck shell=bash

processes_home='' processes_supernode=''
declare -A process

# start_processes HOME: everything below HOME; the mount is HOME/mount.
start_processes() {
  local port node members=() i
  processes_home=$1
  mkdir -p "$1/mount"
  port=$(free_ports)
  processes_supernode=127.0.0.1:$port
  printf 'role: supernode\naddress: 127.0.0.1:%s\ndata: %s\n' "$port/$((port + 1))" "$1/supernode.data" >"$1/supernode.yaml"
  for i in 1 2 3; do members+=("127.0.0.1:$((port + 2 * i))/$((port + 2 * i + 1))"); done
  for i in 1 2 3; do
    node=node$i
    cat >"$1/$node.yaml" <<YAML
role: node
cluster: killed
name: $node
supernodes: [$processes_supernode]
address: ${members[i - 1]}
members: [$(IFS=, && echo "${members[*]}")]
data: $1/$node.data
YAML
  done
  trap stop_processes EXIT
  for node in supernode node1 node2 node3; do start_process "$node"; done
  start_mount
}

# start_process NAME: a server.
start_process() {
  "$DBFS" "${1%[0-9]}" -c "$processes_home/$1.yaml" >>"$processes_home/$1.log" 2>&1 &
  process[$1]=$!
}

# restart_process NAME: and returns when the system counts it as healthy again, with every copy of every chunk.
restart_process() {
  start_process "$1"
  await 120 is_healthy
}

is_healthy() {
  "$DBFS" status --supernodes "$processes_supernode" --json 2>/dev/null >"$processes_home/status.json" &&
    [[ $(grep -o '"health": *"healthy"' "$processes_home/status.json" | wc -l) == 3 ]]
}

start_mount() {
  "$DBFS" mount "$processes_supernode" "$processes_home/mount" >>"$processes_home/mount.log" 2>&1 &
  process[mount]=$!
  await 60 is_usable
}

is_usable() { [[ $(stat -f -c %T "$processes_home/mount" 2>/dev/null) == fuse* ]] && touch "$processes_home/mount/.usable" 2>/dev/null; }

# kill_process NAME: kill -9; the launcher has become the daemon, so this is its process.
kill_process() {
  kill -9 "${process[$1]}"
  wait "${process[$1]}" 2>/dev/null || true
  unset "process[$1]"
}

# stop_processes: the mount first, in order; whoever does not end is killed.
stop_processes() {
  local name
  for name in mount supernode node1 node2 node3; do
    [[ -n ${process[$name]:-} ]] || continue
    kill "${process[$name]}" 2>/dev/null || true
    timeout 30 tail --pid="${process[$name]}" -f /dev/null || kill -9 "${process[$name]}" 2>/dev/null || true
  done
  ! grep -q " $processes_home/mount " /proc/self/mounts || umount -l "$processes_home/mount"
}

# free_ports: the first of eight ports in a row that nobody listens on.
free_ports() {
  local first port
  for first in $(seq 28300 10 31900); do
    for port in $(seq "$first" $((first + 7))); do
      ! (: </dev/tcp/127.0.0.1/"$port") 2>/dev/null || continue 2
    done
    echo "$first"
    return
  done
  fail 'no free ports'
}
