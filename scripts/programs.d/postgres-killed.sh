# PostgreSQL on separate processes: kill -9 of a storage node under it (it goes on), then of the mount's daemon (it restarts whole).
# deadline: 900
# heavy: yes
# system: own
. "$ROOT/scripts/lib/postgres.sh"
. "$ROOT/scripts/lib/processes.sh"
start_processes "$SCRATCH/system"
postgres_at "$SCRATCH/system/mount/pg"
stop_all() {
  [[ ! -s $SCRATCH/postmaster ]] || pkill -9 -P "$(cat "$SCRATCH/postmaster")" || true
  [[ ! -s $SCRATCH/postmaster ]] || kill -9 "$(cat "$SCRATCH/postmaster")" 2>/dev/null || true
  stop_processes
}
trap stop_all EXIT
postgres_init
postgres_start
pg pgbench -i -q -s 2 2>/dev/null
query 'create table numbers(n integer primary key)'

# A node dies and comes back: no transaction fails.
for node in node1 node2 node3; do
  pg pgbench -n -c 4 -T 20 >"$SCRATCH/pgbench" 2>&1 & bench=$!
  sleep 5
  kill_process "$node"
  wait "$bench"
  restart_process "$node"
  note "pgbench while $node was killed: $(awk '/^tps/ { printf "%.0f", $3 }' "$SCRATCH/pgbench") transactions/s"
  postgres_check
done

# The mount dies: every call fails; after a fresh mount and a restart everything that was confirmed is there.
for round in 1 2 3; do
  query 'truncate numbers'
  postgres_remember
  acknowledged_inserts & inserts=$!
  pg pgbench -n -c 4 -T 60 >/dev/null 2>&1 & bench=$!
  await 60 test -s "$SCRATCH/acknowledged"
  sleep 4
  kill_process mount
  postgres_kill
  wait "$bench" "$inserts" || true
  cd /
  umount -l "$processes_home/mount"
  start_mount
  postgres_start
  postgres_check
  note "$(tail -n 1 "$SCRATCH/acknowledged") inserts were confirmed before the mount was killed; none is lost"
done

# Everything dies at once.
query 'truncate numbers'
postgres_remember
acknowledged_inserts & inserts=$!
pg pgbench -n -c 4 -T 60 >/dev/null 2>&1 & bench=$!
await 60 test -s "$SCRATCH/acknowledged"
sleep 4
for name in node1 node2 node3 supernode mount; do kill -9 "${process[$name]}"; done
for name in node1 node2 node3 supernode mount; do wait "${process[$name]}" 2>/dev/null || true; done
postgres_kill
wait "$bench" "$inserts" || true
umount -l "$processes_home/mount"
for name in supernode node1 node2 node3; do start_process "$name"; done
start_mount
postgres_start
postgres_check
postgres_stop
