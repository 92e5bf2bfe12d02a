# PostgreSQL: initdb, pgbench, kill -9 of the server and all its processes amidst the work, restart, checks; then once more.
# deadline: 800
. "$ROOT/scripts/lib/postgres.sh"
postgres_at "$PWD/pg"
trap '[[ ! -f $PGDATA/postmaster.pid ]] || pg pg_ctl stop -m immediate >/dev/null 2>&1 || true' EXIT
postgres_init
postgres_start
pg pgbench -i -q -s 3 2>/dev/null
query 'create table numbers(n integer primary key)'
for round in 1 2; do
  query 'truncate numbers'
  postgres_remember
  acknowledged_inserts & inserts=$!
  pg pgbench -n -c 4 -T 8 >"$SCRATCH/pgbench" 2>&1
  note "pgbench $(awk '/^tps/ { printf "%.0f", $3 }' "$SCRATCH/pgbench") transactions/s"
  pg pgbench -n -c 4 -T 60 >/dev/null 2>&1 & bench=$!
  await 30 test -s "$SCRATCH/acknowledged"
  sleep 2
  postgres_kill
  wait "$bench" "$inserts" || true
  postgres_start
  postgres_check
done
query 'vacuum full pgbench_accounts'
query 'reindex table pgbench_history'
postgres_stop
postgres_start
postgres_check
postgres_stop
