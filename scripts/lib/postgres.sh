# PostgreSQL for scenarios. Sourced by them, not run.
# shellcheck shell=bash

# postgres_at DIR: everything of this database below DIR. The server refuses to be root; then it is user postgres.
postgres_at() {
  pg_home=$1
  pg_bin=$(find /usr/lib/postgresql/*/bin -maxdepth 0 | sort -V | tail -n 1)
  export PGDATA=$pg_home/data PGHOST=$pg_home PGDATABASE=postgres PGUSER=postgres PGCONNECT_TIMEOUT=30
  # The server writes there, whoever it is.
  pg_log=$SCRATCH/log/postgres.log
  mkdir -p "$pg_home" "$SCRATCH/log"
  pg_as=()
  if [[ $EUID -eq 0 ]]; then
    chown postgres: "$pg_home" "$SCRATCH/log"
    pg_as=(setpriv --reuid postgres --regid postgres --init-groups)
  fi
}

pg() {
  local program=$1
  shift
  (cd "$pg_home" && exec "${pg_as[@]}" "$pg_bin/$program" "$@")
}

postgres_init() {
  pg initdb -k -A trust -U postgres >/dev/null
  cat >>"$PGDATA/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$pg_home'
shared_buffers = 32MB
max_wal_size = 64MB
checkpoint_timeout = 30s
CONF
}

postgres_start() {
  pg pg_ctl start -w -t 300 -l "$pg_log" >"$SCRATCH/pg_ctl.out" 2>&1 || {
    tail -n 5 "$SCRATCH/pg_ctl.out" "$pg_log" >&2
    return 1
  }
}

postgres_stop() { pg pg_ctl stop -w -m fast >/dev/null; }

# postgres_kill: kill -9 of the server and of every process of it, as by the end of a host, but that the caches stay.
postgres_kill() {
  local server
  server=$(cat "$SCRATCH/postmaster")
  # shellcheck disable=SC2046 # words are process numbers
  kill -9 "$server" $(pgrep -P "$server")
  await 30 not kill -0 "$server" 2>/dev/null
}

postgres_remember() { head -n 1 "$PGDATA/postmaster.pid" >"$SCRATCH/postmaster"; }

not() { ! "$@"; }

query() { pg psql -X -q -t -A -v ON_ERROR_STOP=1 -c "$1"; }

# acknowledged_inserts: inserts numbers until it is stopped, and writes each into a local file once the server has confirmed it.
acknowledged_inserts() {
  seq 1 1000000 | awk '{ print "insert into numbers values (" $1 ");\n\\echo " $1 }' |
    pg psql -X -q -t -A -v ON_ERROR_STOP=1 -f - >"$SCRATCH/acknowledged" 2>"$SCRATCH/inserts.err" || true
}

# postgres_check: every page, every index, the sums that pgbench keeps equal, and that nothing acknowledged is gone.
postgres_check() {
  local sums confirmed kept
  pg pg_amcheck --all --heapallindexed --install-missing
  sums=$(query "select count(distinct s) from (select sum(abalance) s from pgbench_accounts union all select sum(tbalance) from pgbench_tellers
    union all select sum(bbalance) from pgbench_branches union all select coalesce(sum(delta), 0) from pgbench_history) x")
  [[ $sums == 1 ]] || fail "pgbench's sums differ"
  confirmed=$(tail -n 1 "$SCRATCH/acknowledged" 2>/dev/null || true)
  kept=$(query "select count(*) from numbers where n <= ${confirmed:-0}")
  [[ $kept == "${confirmed:-0}" ]] || fail "$confirmed inserts were confirmed, $kept are there"
}
