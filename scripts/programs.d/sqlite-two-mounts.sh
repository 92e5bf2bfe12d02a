# SQLite's locks between two mounts: two writers on each, DELETE and TRUNCATE mode; a reader on each sees whole transactions.
# deadline: 480
# mounts: 2
for mode in delete truncate; do
  rm -f data.db*
  sqlite3 data.db "pragma journal_mode=$mode; create table t(mount text, n integer, half integer)" >/dev/null
  processes=()
  for mount in . "$SECOND"; do
    for writer in a b; do
      for n in $(seq 1 15); do
        echo "begin immediate; insert into t values('$mount$writer', $n, 1); insert into t values('$mount$writer', $n, 2); commit;"
      done | sqlite3 -bail -cmd '.timeout 200000' -cmd "pragma journal_mode=$mode" "$mount/data.db" >/dev/null &
      processes+=($!)
    done
    for n in $(seq 1 20); do echo 'select count(*) % 2 from t;'; done | sqlite3 -bail -cmd '.timeout 200000' "$mount/data.db" >"$SCRATCH/halves-${#processes[@]}" &
    processes+=($!)
  done
  each_ends "${processes[@]}"
  [[ $(sort -u "$SCRATCH"/halves-*) == 0 ]]
  for mount in . "$SECOND"; do
    [[ $(sqlite3 "$mount/data.db" 'pragma integrity_check; select count(*), count(distinct mount || n) from t') == $'ok\n120|60' ]]
  done
done
