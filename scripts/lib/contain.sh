# Runs a script so that nothing it starts outlives it, however it ends. Sourced, not run; needs packages.sh.
# shellcheck shell=bash

# contain COMMAND ARGUMENT...: run by a script at its start with the words that run it again. As root, it runs them in a
# process and a mount namespace of their own and exits with their status: the kernel ends both namespaces with their first
# process, and that one dies with this shell, so kill -9 of either leaves no process and no mount behind. It returns where it
# is called inside already, and where namespaces cannot be made (not root, a container).
contain() {
  [[ -z ${DBFS_CONTAINED:-} ]] || return 0
  if [[ $EUID -ne 0 ]] || ! unshare --pid --fork --mount --mount-proc true 2>/dev/null; then
    say "processes and mounts of a run that is killed may stay behind: namespaces need root"
    return 0
  fi
  # A command in the background would ignore SIGINT, and so would every program under test.
  DBFS_CONTAINED=1 env --default-signal=INT setpriv --pdeathsig KILL \
    unshare --pid --fork --kill-child=KILL --mount --mount-proc "$@" </dev/null &
  local inner=$! status=0
  # shellcheck disable=SC2064 # the pid as it is now
  trap "kill -KILL $inner 2>/dev/null; exit 130" INT TERM HUP
  wait "$inner" || status=$?
  exit "$status"
}

# private_namespaces: names of network namespaces made from here on are seen here alone, and go with this namespace.
private_namespaces() {
  [[ -n ${DBFS_CONTAINED:-} ]] || return 0
  mkdir -p /run/netns && mount -t tmpfs none /run/netns
}
