# dd, cp (--reflink, --sparse, -a), du, truncate, fallocate, split, sort, install, mktemp, flock, ln, mv, find -delete.
# deadline: 300
head -c 20000000 /dev/urandom >source
dd if=source of=direct bs=1M oflag=direct conv=notrunc status=none
dd if=source of=synced bs=512k oflag=sync conv=fsync status=none
dd if=source of=pieces bs=1M count=3 status=none
dd if=source of=pieces bs=1M seek=3 skip=3 oflag=append conv=notrunc status=none
for copy in direct synced pieces; do cmp source "$copy"; done
dd if=source iflag=direct bs=1M status=none | cmp - source

cp --reflink=auto source cloned
printf X | dd of=cloned bs=1 seek=5 conv=notrunc status=none
[[ $({ cmp -l source cloned || true; } | wc -l) -le 1 && $(stat -c %s cloned) == 20000000 ]]
cp --sparse=always -a source sparse-copy
cmp source sparse-copy

truncate -s 50M holes
printf end | dd of=holes bs=1 seek=52000000 conv=notrunc status=none
sync holes
[[ $(du -k holes | cut -f 1) -lt 1000 && $(du -k --apparent-size holes | cut -f 1) -gt 50000 ]]
cp --sparse=auto holes holes-copy
cmp holes holes-copy
[[ $(du -k holes-copy | cut -f 1) -lt 1000 ]]
fallocate -p -o 4194304 -l 8388608 source
[[ $(dd if=source bs=1M skip=4 count=8 status=none | tr -d '\0' | wc -c) == 0 ]]
sync source
[[ $(du -k source | cut -f 1) -lt 12000 ]]

split -b 1000000 synced part.
cat part.* | cmp - synced
rm part.*
seq 200000 | sort -R | sort -n -T . -S 1M | cmp - <(seq 200000)
install -D -m 640 direct deep/er/installed
[[ $(stat -c %a deep/er/installed) == 640 ]]
mv deep shallow
cmp direct shallow/er/installed
temporary=$(mktemp -p .)
[[ $(stat -c %a "$temporary") == 600 ]]

# flock(1): forty increments by four processes, none lost.
echo 0 >counter
workers=()
for worker in 1 2 3 4; do
  for n in $(seq 1 10); do flock counter.lock sh -c 'echo $(($(cat counter) + 1)) >counter'; done &
  workers+=($!)
done
each_ends "${workers[@]}"
[[ $(cat counter) == 40 ]]
! flock -n counter.lock flock -n counter.lock true

mkdir many
(cd many && seq 1 1000 | xargs touch)
[[ $(find many -type f | wc -l) == 1000 ]]
find many -name '*7*' -delete
[[ $(ls many | wc -l) == 729 ]]
[[ $(df --output=avail . | tail -n 1) -gt 0 ]]
rm -rf many
