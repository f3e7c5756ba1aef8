# Sourced by ./steelyard, ./test and ./mvnw: sets JAVA_HOME to a JDK 25, or says so in one line and exits 2.
# Looked at in this order: JAVA_HOME, JDK25_HOME, the places where Linux packages, Oracle's installers, SDKMAN and IDEs put JDKs, and the
# JDK of the javac or java on PATH. The first places cost no further process, which would stand in the way of each start.

# Whether $1 is a JDK 25; steelyard_jdk then says which one.
steelyard_is_jdk25() {
  [ -n "$1" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r steelyard_line; do
    case $steelyard_line in 'JAVA_VERSION="25"' | 'JAVA_VERSION="25.'* | 'JAVA_VERSION="25-'*)
      steelyard_jdk="$1 $steelyard_line"
      return 0
      ;;
    esac
  done <"$1/release"
  return 1
}

# The home of a command on PATH, behind all links: /usr/bin/javac -> /etc/alternatives/javac -> /srv/jdk/bin/javac.
steelyard_home_of() {
  steelyard_bin=$(command -v "$1" 2>/dev/null) && steelyard_bin=$(readlink -f "$steelyard_bin" 2>/dev/null) || return 0
  steelyard_bin=${steelyard_bin%/*}
  printf '%s' "${steelyard_bin%/bin}"
}

steelyard_find_jdk() {
  for steelyard_dir in "$@"; do
    if steelyard_is_jdk25 "$steelyard_dir"; then
      JAVA_HOME=$steelyard_dir
      export JAVA_HOME
      return 0
    fi
  done
  return 1
}

if ! steelyard_is_jdk25 "${JAVA_HOME:-}"; then
  unset JAVA_HOME
  steelyard_find_jdk "${JDK25_HOME:-}" /usr/lib/jvm/*25* /usr/java/* /opt/*25* /opt/java* /opt/java*/* /opt/jdk* /usr/local/*25* \
    /usr/local/java* /usr/local/java*/* "${HOME:-/root}"/.sdkman/candidates/java/25* "${HOME:-/root}"/.jdks/*25* ||
    steelyard_find_jdk "$(steelyard_home_of javac)" "$(steelyard_home_of java)"
fi
if [ -z "${JAVA_HOME:-}" ]; then
  echo "steelyard: a JDK 25 is needed and none was found: install one (Temurin or OpenJDK 25) and set JAVA_HOME or JDK25_HOME to it." >&2
  exit 2
fi
