# SQLite on one mount: each journal mode, with four writers and two readers at once.
# deadline: 360
for mode in delete truncate persist wal; do
  rm -f data.db*
  [[ $(sqlite3 data.db "pragma journal_mode=$mode") == "$mode" ]]
  sqlite3 data.db 'create table t(writer integer, n integer, v text); create index i on t(n, v)'
  writers=() readers=()
  for writer in 1 2 3 4; do
    for n in $(seq 1 20); do
      echo "begin immediate; insert into t values($writer, $n, hex(randomblob(500))); commit;"
    done | sqlite3 -bail -cmd '.timeout 100000' data.db &
    writers+=($!)
  done
  for reader in 1 2; do
    # What a reader sees is whole: the index and the table agree, and counts never fall.
    for n in $(seq 1 8); do
      echo "select count(*) - (select count(*) from t not indexed) from t indexed by i where n > 0;"
    done | sqlite3 -bail -cmd '.timeout 100000' data.db >"$SCRATCH/reader$reader" &
    readers+=($!)
  done
  each_ends "${writers[@]}" "${readers[@]}"
  [[ $(sort -u "$SCRATCH"/reader?) == 0 ]]
  [[ $(sqlite3 data.db 'pragma integrity_check; select count(*), count(distinct v) from t') == $'ok\n80|80' ]]
  sqlite3 data.db 'delete from t where n % 3 = 0; vacuum'
  [[ $(sqlite3 data.db 'pragma integrity_check; select count(*) from t') == $'ok\n56' ]]
done
