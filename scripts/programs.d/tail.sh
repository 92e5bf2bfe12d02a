# tail -f sees every line while another process appends, by this mount and by the second; also over a rotation (tail -F).
# deadline: 300
# mounts: 2
: >log
tail -n +1 -f log >"$SCRATCH/here" & here=$!
tail -n +1 -f "$SECOND/log" >"$SCRATCH/there" & there=$!
tail -n +1 -F log >"$SCRATCH/rotated" 2>/dev/null & rotated=$!
trap 'kill "$here" "$there" "$rotated" 2>/dev/null || true' EXIT
append() { for i in $(seq "$1" "$2"); do echo "line $i $(date +%N)" >>"$3/log"; done; }
append 1 150 .
append 151 300 "$SECOND"
has_all() { cmp -s "$1" "$2"; }
await 20 has_all log "$SCRATCH/here"
await 20 has_all log "$SCRATCH/there"
! LC_ALL=C grep -q -P '\x00' "$SCRATCH/here" "$SCRATCH/there"
await 20 has_all log "$SCRATCH/rotated"
mv log log.1
append 301 350 .
cat log.1 log >"$SCRATCH/both"
await 20 has_all "$SCRATCH/both" "$SCRATCH/rotated"
