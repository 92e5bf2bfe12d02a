# What every scenario of scripts/programs.d begins with. Sourced by scripts/programs, not run.
# shellcheck shell=bash
#
# A scenario starts in an empty directory of the filesystem under test and finds
#   $SECOND    the same directory by the second mount (the same path again on the local disk)
#   $SCRATCH   an empty directory of the local disk
#   $ROOT      this repository
#   $DBFS      the command, as it was built when the run began
#   $ON        dbfs or local
# It fails by any command that fails. What it says by note is shown beside its line.

set -euo pipefail -E
shopt -s inherit_errexit
trap 'echo "line $LINENO: failed: $BASH_COMMAND" >&2' ERR

note() { printf '%s\n' "$*" >>"$SCRATCH/.notes"; }

fail() {
  echo "$*" >&2
  exit 1
}

# await SECONDS COMMAND...: until it succeeds; longer where patience was asked for.
await() {
  local end=$((SECONDS + $1 * ${PATIENCE:-1}))
  shift
  until "$@"; do
    ((SECONDS < end)) || fail "still not so: $*"
    sleep 0.1
  done
}

# each_ends PID...: waits for all of them, and fails when one did.
each_ends() {
  local pid failed=0
  for pid in "$@"; do
    wait "$pid" || failed=1
  done
  return "$failed"
}

# make_tree DIR: what copying programs must carry over: hard links, symlinks, holes, fifos, names, times, modes, owners, ACLs, xattrs.
make_tree() {
  mkdir "$1"
  (
    cd "$1"
    for d in $(seq 0 9); do
      mkdir -p "dir $d/sub"
      for f in $(seq 0 19); do head -c $(((d * 20 + f) * 97)) /dev/urandom >"dir $d/sub/file-$f"; done
      ln "dir $d/sub/file-1" "dir $d/hard"
      ln -s "sub/file-2" "dir $d/soft"
    done
    ln "dir 0/sub/file-1" "dir 9/third name"
    ln -s nowhere dangling
    mkfifo fifo
    : >empty
    printf x >"$(printf 'new\nline \xff\xfe "quoted" *')"
    head -c 9000000 /dev/urandom >large
    truncate -s 100M sparse
    printf middle | dd of=sparse bs=1 seek=50000000 conv=notrunc status=none
    chmod 4755 large
    chmod 1777 "dir 1"
    chmod 2750 "dir 2"
    setfacl -m u:1:rwx,g:2:r-x,m::r-x "dir 3/sub/file-3"
    setfacl -d -m u:1:rwx "dir 4"
    setfattr -n user.colour -v 'blue and "green"' "dir 5/sub/file-5"
    setfattr -n user.empty "dir 5"
    setfattr -n user.large -v "$(head -c 3000 /dev/zero | tr '\0' x)" "dir 6/sub/file-6"
    if [[ $EUID -eq 0 ]]; then
      chown 1:2 "dir 7/sub/file-7"
      chown -h 3:4 "dir 7/soft"
      setfattr -n trusted.kept -v yes "dir 7"
    fi
    touch -d '2001-02-03 04:05:06.123456789' "dir 8/sub/file-8" "dir 8"
    touch -h -d '1999-12-31 23:59:59.5' dangling
  )
}

# manifest DIR: everything about a tree that a faithful copy keeps, as text.
manifest() {
  (
    cd "$1"
    # A directory's size and link count are the filesystem's own.
    find . -type d -printf '%p %y %m %U %G %T@\n' -o -printf '%p %y %m %U %G %n %s %T@ %l\n' | LC_ALL=C sort
    find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
    getfacl -R -n -P . 2>/dev/null | awk 'BEGIN { RS = ""; ORS = "\n\n" } { print }' | LC_ALL=C sort
    find . -print0 | LC_ALL=C sort -z | xargs -0 getfattr -h -m - -d -e hex 2>/dev/null | LC_ALL=C grep -v '=0x$\|posix_acl' || true
  )
}

# same_tree DIR DIR
same_tree() {
  manifest "$1" >"$SCRATCH/left"
  manifest "$2" >"$SCRATCH/right"
  diff "$SCRATCH/left" "$SCRATCH/right"
}
