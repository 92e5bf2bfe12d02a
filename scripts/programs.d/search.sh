# Ten find and grep -r at once over a tree of sources, while files are made and removed beside them.
# deadline: 360
mkdir tree
cp -r "$ROOT"/{common,raft,supernode,cluster,daemon}/src tree/ 2>/dev/null || cp -r "$ROOT"/*/src tree/
for module in common raft supernode cluster daemon; do cp -r "$ROOT/$module/src" "tree/$module"; done
expected=$(cd tree && find . -type f | LC_ALL=C sort | sha256sum)
matches=$(grep -r -c 'final class' tree | LC_ALL=C sort | sha256sum)
(while [[ ! -e stop ]]; do mkdir -p other/d && echo x >other/d/f && rm -r other; done) & maker=$!
searches=()
for i in $(seq 1 5); do
  (
    for n in 1 2 3; do [[ $(cd tree && find . -type f | LC_ALL=C sort | sha256sum) == "$expected" ]] || exit 1; done
  ) &
  searches+=($!)
  (
    for n in 1 2 3; do [[ $(grep -r -c 'final class' tree | LC_ALL=C sort | sha256sum) == "$matches" ]] || exit 1; done
  ) &
  searches+=($!)
done
each_ends "${searches[@]}"
touch stop
wait "$maker"
note "$(find tree -type f | wc -l) files"
