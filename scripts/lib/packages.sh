# Installs what the scripts need from the distribution's packages. Sourced, not run.

# say MESSAGE: a line of progress, on standard error, so that standard output stays the command's own.
say() { printf 'dbfs: %s\n' "$*" >&2; }

# die MESSAGE [STATUS]: one line that says what is wrong, and the end.
die() {
  say "$1"
  exit "${2:-1}"
}

# find_java: sets JAVA_HOME to a JDK of release 17 or newer; fails when there is none.
find_java() {
  local candidate
  for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/java-17-openjdk-* "$(readlink -f "$(command -v javac || true)" | sed 's|/bin/javac$||')"; do
    if [[ -n $candidate && -x $candidate/bin/javac ]]; then
      export JAVA_HOME=$candidate
      return 0
    fi
  done
  return 1
}

has_libfuse2() { [[ -n $(compgen -G '/lib/*/libfuse.so.2' || compgen -G '/usr/lib/*/libfuse.so.2' || compgen -G '/usr/lib/libfuse.so.2') ]]; }

# missing_packages [run|build|test|programs|bench|hosts]...: names of the packages that lack, one a line.
missing_packages() {
  local need
  find_java || echo openjdk-17-jdk-headless
  for need in "$@"; do
    case $need in
      build) command -v mvn >/dev/null || echo maven ;;
      run)
        has_libfuse2 || echo libfuse2
        command -v fusermount3 >/dev/null || command -v fusermount >/dev/null || echo fuse3
        ;;
      test)
        command -v git >/dev/null || echo git
        command -v sqlite3 >/dev/null || echo sqlite3
        command -v setfattr >/dev/null || echo attr
        command -v openssl >/dev/null || echo openssl
        command -v python3 >/dev/null || echo python3
        command -v setfacl >/dev/null || echo acl
        command -v ps >/dev/null || echo procps
        ;;
      programs) missing_programs ;;
      hosts)
        command -v ip >/dev/null || echo iproute2
        command -v nsenter >/dev/null || echo util-linux
        ;;
      bench)
        command -v gcc >/dev/null || echo gcc libc6-dev | tr ' ' '\n'
        command -v pkg-config >/dev/null || echo pkg-config
        pkg-config --exists fuse3 2>/dev/null || echo libfuse3-dev
        ;;
    esac
  done
}

# missing_programs: packages of the programs that scripts/programs runs.
missing_programs() {
  local program
  # Each program, and its package where that is called otherwise.
  for program in git sqlite3 rsync vim nano perl zip unzip bzip2 xz:xz-utils cpio patch make gcc ld:binutils python3 \
    setfattr:attr setfacl:acl ps:procps setpriv:util-linux; do
    command -v "${program%%:*}" >/dev/null || echo "${program##*:}"
  done
  [[ -e /usr/include/stdio.h ]] || echo libc6-dev
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || echo postgresql
}

# require_packages [run|build|test|programs|bench|hosts]...: installs what lacks, or says what to install.
require_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  if [[ ${#missing[@]} -gt 0 ]]; then
    install_packages "${missing[@]}"
    find_java || die "no JDK 17 found after installing ${missing[*]}; set JAVA_HOME"
  fi
  find_java || die "no JDK 17 found; set JAVA_HOME"
}

install_packages() {
  command -v apt-get >/dev/null || die "missing: $* (there is no apt-get to install them with; install them by hand)"
  [[ $EUID -eq 0 ]] || die "missing: $*; install them with: sudo apt-get install $*"
  say "installing $*"
  local log
  log=$(mktemp)
  if ! { apt_install "$@" || { apt-get update -q && apt_install "$@"; }; } >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    die "apt-get could not install $* (whole output: $log)"
  fi
  rm -f "$log"
}

apt_install() { DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@" </dev/null; }
