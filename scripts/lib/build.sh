# Builds the jars when they are older than the sources. Sourced, not run; needs $root and packages.sh.
#
# target/dbfs/current -> build-N/: the jars of one build, copied, so that a daemon that runs goes on with its own files while
# the next build is made.

build_home=$root/target/dbfs
modules=(proto common raft supernode cluster fuse-mount daemon)

# sources_newer_than FILE: whether any source, or any folder of sources (a file was removed), is newer.
sources_newer_than() {
  local module paths=("$root/pom.xml")
  for module in "${modules[@]}"; do
    paths+=("$root/$module/pom.xml" "$root/$module/src/main")
  done
  [[ -n $(find "${paths[@]}" -newer "$1" -print -quit 2>/dev/null) ]]
}

is_built() { [[ -f $build_home/current/stamp ]] && ! sources_newer_than "$build_home/current/stamp"; }

# require_build: leaves the folder of the build in $build.
require_build() {
  if ! is_built; then
    require_packages build
    mkdir -p "$build_home"
    # Of several that start at once one builds; the others find it done.
    exec {build_lock}>"$build_home/lock"
    flock "$build_lock"
    is_built || make_build
    exec {build_lock}>&-
  fi
  build=$(readlink -f "$build_home/current")
}

make_build() {
  local stamp log=$build_home/build.log next
  say "building (once; the first time this fetches libraries and takes some minutes)"
  stamp=$(mktemp "$build_home/stamp.XXXXXX")
  if ! (cd "$root" && mvn -q -B -Dmaven.test.skip=true -Djacoco.skip=true package \
      org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath \
      -Dmdep.outputFile=target/classpath -Dmdep.includeScope=runtime -pl daemon -am) >"$log" 2>&1; then
    rm -f "$stamp"
    grep -m 5 '^\[ERROR\]' "$log" >&2 || tail -n 5 "$log" >&2
    die "the build failed (whole output: $log)"
  fi
  next=$(mktemp -d "$build_home/build-XXXXXX")
  chmod 755 "$next"
  collect_jars "$next"
  chmod 644 "$stamp"
  # The time at which the build began: what was changed during it is newer.
  mv "$stamp" "$next/stamp"
  ln -sfn "$(basename "$next")" "$build_home/current.new"
  mv -T "$build_home/current.new" "$build_home/current"
  remove_old_builds "$next"
}

# collect_jars FOLDER: our jars first, then the libraries, and their order in FOLDER/classpath.
collect_jars() {
  local jar classpath=() jars
  mkdir "$1/lib"
  # Maven ends the file without a newline, which read takes for a failure.
  IFS=: read -r -a jars <"$root/daemon/target/classpath" || [[ ${#jars[@]} -gt 0 ]]
  for jar in "$root"/daemon/target/dbfs-daemon-*.jar "${jars[@]}"; do
    case $jar in
      # Maven writes the next build into the same files: a link would change under the daemons that run, and they would miss
      # every class they had not loaded yet.
      "$root"/*) cp "$jar" "$1/lib/" ;;
      *) cp -l "$jar" "$1/lib/" 2>/dev/null || cp "$jar" "$1/lib/" ;;
    esac
    classpath+=("lib/$(basename "$jar")")
  done
  (IFS=: && printf '%s\n' "${classpath[*]}" >"$1/classpath")
}

# What has just been asked for by a launcher may not run yet, and what runs goes on for as long as it likes.
remove_old_builds() {
  local old
  for old in "$build_home"/build-*/; do
    old=${old%/}
    if [[ $old != "$1" && -n $(find "$old" -maxdepth 0 -mmin +60) ]] && ! grep -qsF "$old/lib" /proc/[0-9]*/cmdline; then
      rm -rf "$old"
    fi
  done
}
