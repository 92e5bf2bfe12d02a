# git: a history, clone, branches, worktrees, rebase, stash, gc, fsck; status says nothing where nothing changed.
# deadline: 600
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
clean() { [[ -z $(git -C "$1" status --porcelain) ]]; }

git init -q -b main repo
cp -r "$ROOT/common/src" "$ROOT/raft/src" repo/
git -C repo add .
git -C repo commit -qm first
for i in $(seq 1 20); do
  seq "$i" $((i * 30)) >"repo/numbers$((i % 4))"
  git -C repo add .
  git -C repo commit -qm "change $i"
done
clean repo

git clone -q "file://$PWD/repo" copy
git clone -q repo linked
for clone in copy linked; do
  git -C "$clone" fsck --strict --no-progress
  clean "$clone"
  [[ $(git -C "$clone" rev-parse HEAD) == $(git -C repo rev-parse HEAD) ]]
done

git -C repo worktree add -q ../tree -b side HEAD~5
echo side >tree/side
git -C tree add side
git -C tree commit -qm side
git -C tree rebase -q main
[[ -f tree/side && -f tree/numbers1 ]]
git -C repo merge -q --ff-only side
git -C repo worktree remove tree
echo unsaved >repo/side
git -C repo stash -q
clean repo
git -C repo stash pop -q
[[ $(git -C repo status --porcelain) == ' M side' ]]
git -C repo checkout -q -- side

git -C repo gc -q --prune=now --aggressive
git -C repo fsck --strict --no-progress
git -C copy pull -q
diff -r --exclude=.git repo copy
git -C copy grep -q 'final class' -- src
rm -rf repo copy linked
