# Flags of the JVM for each role. Sourced, not run; needs $build.

# jvm_flags ROLE: fills the array jvm.
jvm_flags() {
  jvm=(
    -Dfile.encoding=UTF-8
    -Dsun.jnu.encoding=UTF-8
    # JRaft's generated classes are of protobuf's older kind; it is said once too often otherwise.
    -Dcom.google.protobuf.use_unsafe_pre22_gencode=true
    -Djdk.nio.maxCachedBufferSize=262144
    -XX:+UseSerialGC
    -XX:+PerfDisableSharedMem
    -XX:+ExitOnOutOfMemoryError
    -XX:-UsePerfData
    -XX:ErrorFile=/tmp/dbfs-crash-%p.log
  )
  # The young generation is set, because the JVM's first one is collected every hundred operations, which then wait.
  case $1 in
    up) jvm+=(-Xms128m -Xmn80m -Xmx512m -XX:MaxDirectMemorySize=512m) ;;
    supernode) jvm+=(-Xms64m -Xmn40m -Xmx192m -XX:MaxDirectMemorySize=128m) ;;
    node) jvm+=(-Xms64m -Xmn40m -Xmx192m -XX:MaxDirectMemorySize=192m) ;;
    mount) jvm+=(-Xms64m -Xmn40m -Xmx192m -XX:MaxDirectMemorySize=192m) ;;
    tool) jvm+=(-Xmx64m -XX:TieredStopAtLevel=1) ;;
  esac
  # On two processors the optimizing compiler of five daemons competes with their work for minutes after each start: a GiB
  # written by processes that ran for a minute cost 13.1 processor seconds with it and 6.6 without, small operations the same.
  # Where it is left out, a daemon that ran for long makes half as many small operations.
  if [[ $(nproc) -le 2 ]]; then
    jvm+=(-XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=0.2)
  fi
  # shellcheck disable=SC2206 # words are meant to be split
  jvm+=(${DBFS_JAVA_OPTS:-})
}

# role_of ARGUMENT...: which flags a command line needs. What only starts a server in the background is a tool itself.
role_of() {
  local argument role=tool
  case ${1:-} in up | supernode | node | mount) role=$1 ;; esac
  for argument in "$@"; do
    case $argument in -h | --help | -d | --daemon) role=tool ;; esac
  done
  echo "$role"
}
