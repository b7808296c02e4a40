# Shared functions of the scripts: find a JDK 21+, build if needed, start Java.
# shellcheck shell=bash
set -euo pipefail

# Java can open files with non-ASCII names only in a UTF-8 locale.
if [ "$(uname -s)" = Linux ] && command -v locale >/dev/null && [ "$(locale charmap 2>/dev/null)" != UTF-8 ]; then
  export LC_ALL=C.UTF-8
fi

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

die() {
  echo "$1" >&2
  exit "${2:-1}"
}

# Prints the major version of the JDK in a directory, or nothing if there is none.
jdk_version() {
  [ -x "$1/bin/javac" ] && [ -x "$1/bin/java" ] || return 0
  local version=
  if [ -r "$1/release" ]; then
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  fi
  [ -n "$version" ] || version=$("$1/bin/java" -version 2>&1 | sed -n '1s/.*version "\([0-9]*\).*/\1/p')
  echo "$version"
}

# Sets JAVA_HOME to a JDK 21 or later: the current value, the JDK on the PATH, or the newest in the usual directories.
find_jdk() {
  local candidate version best= best_version=0
  for candidate in "${JAVA_HOME:-}" "$(on_path)"; do
    if [ -n "$candidate" ]; then
      version=$(jdk_version "$candidate")
      if [ "${version:-0}" -ge 21 ]; then
        export JAVA_HOME=$candidate
        return
      fi
    fi
  done
  for candidate in /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* "$HOME"/.sdkman/candidates/java/* \
    "$HOME"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    version=$(jdk_version "$candidate")
    if [ "${version:-0}" -ge 21 ] && [ "$version" -gt "$best_version" ]; then
      best=$candidate
      best_version=$version
    fi
  done
  [ -n "$best" ] || die "Classbell needs a JDK 21 or later, and none was found: set JAVA_HOME to one."
  export JAVA_HOME=$best
}

on_path() {
  local java
  java=$(command -v javac 2>/dev/null) || return 0
  while [ -L "$java" ]; do
    java=$(cd "$(dirname "$java")" && cd "$(dirname "$(readlink "$java")")" && pwd)/$(basename "$(readlink "$java")")
  done
  dirname "$(dirname "$java")"
}

need_maven() {
  command -v mvn >/dev/null || die "Classbell is built by Maven, and there is no mvn on the PATH."
  # Suppresses warnings that Maven's libraries cause on a recent JDK.
  if [ "$(jdk_version "$JAVA_HOME")" -ge 23 ]; then
    export MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED ${MAVEN_OPTS:-}"
  fi
}

# Builds target/app unless it is newer than all its sources.
build() {
  local built=$root/target/app/built
  if [ -e "$built" ] && [ -z "$(find "$root/pom.xml" "$root/src/main" -newer "$built" | head -n 1)" ]; then
    return
  fi
  need_maven
  echo "Building Classbell (the first time, libraries are downloaded) ..." >&2
  # Libraries of an older build must not stay on the class path.
  rm -rf "$root/target/app"
  (cd "$root" && mvn -B -q -ntp -Dstyle.color=never package -Dmaven.test.skip=true -Dspotless.check.skip=true) >&2 ||
    die "The build failed; see above."
}

# Prints the directory that programs run from: a copy of target/app (by hard links) under a unique name, so that a later
# build does not replace the jars of a running program. After a failed build it is the copy of the last one.
application() {
  local built=$root/target/app/built runs=$root/target/run current fresh other running
  mkdir -p "$runs"
  if [ ! -e "$built" ]; then
    current=$(ls -td "$runs"/[0-9]* 2>/dev/null | head -n 1)
    [ -n "$current" ] || die "Nothing is built."
    echo "$current"
    return
  fi
  current=$runs/$(date -r "$built" +%s)
  if [ ! -d "$current" ]; then
    fresh=$(mktemp -d "$runs/new.XXXXXX")
    cp -al "$root/target/app/." "$fresh" 2>/dev/null || cp -a "$root/target/app/." "$fresh"
    # If several start at once, the first one creates it.
    mv -n "$fresh" "$current"
    rm -rf "$fresh" "$current/${fresh##*/}"
    running=$(ps -A -ww -o command=)
    for other in "$runs"/[0-9]*; do
      [ "$other" = "$current" ] || [[ $running == *"$other/"* ]] || rm -rf "$other"
    done
  fi
  echo "$current"
}

# java_run EMBEDDED MAIN ARGUMENT...: executes the Java program. EMBEDDED is "embedded" or "production".
java_run() {
  local kind=$1 main=$2 app class_path
  shift 2
  app=$(application)
  class_path="$app/lib/*"
  if [ "$kind" = embedded ]; then
    class_path="$class_path:$app/embedded/*"
  fi
  local options=(-XX:+ExitOnOutOfMemoryError --enable-native-access=ALL-UNNAMED "-Dclassbell.servers=$root/target/servers")
  # Access that Hazelcast uses for machine metrics and faster code paths.
  options+=(-Dhazelcast.logging.type=slf4j --add-modules java.se
    --add-exports java.base/jdk.internal.ref=ALL-UNNAMED --add-opens java.base/java.lang=ALL-UNNAMED
    --add-opens java.base/sun.nio.ch=ALL-UNNAMED --add-opens java.management/sun.management=ALL-UNNAMED
    --add-opens jdk.management/com.sun.management.internal=ALL-UNNAMED)
  if [ "$(jdk_version "$JAVA_HOME")" -ge 23 ]; then
    options+=(--sun-misc-unsafe-memory-access=allow)
  fi
  if [ -t 1 ]; then
    options+=(-Dclassbell.terminal=true)
  fi
  exec "$JAVA_HOME/bin/java" "${options[@]}" -cp "$class_path" "$main" "$@"
}

# Checks whether an option is among the arguments.
has_option() {
  local wanted=$1 argument
  shift
  for argument in "$@"; do
    [ "$argument" = "$wanted" ] && return 0
  done
  return 1
}
