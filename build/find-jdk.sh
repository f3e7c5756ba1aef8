# Sourced by ./steelyard, ./test and ./mvnw: sets JAVA_HOME to a JDK 25, or says so in one line and exits 2.
# Looked at in this order: JAVA_HOME, JDK25_HOME, the places where Linux packages and SDKMAN put JDKs.
steelyard_jdk_feature() { sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null; }
if [ "$(steelyard_jdk_feature "${JAVA_HOME:-/nonexistent}")" != 25 ] || [ ! -x "${JAVA_HOME:-}/bin/javac" ]; then
  unset JAVA_HOME
  for steelyard_dir in "${JDK25_HOME:-}" /usr/lib/jvm/*25* /opt/*25* "${HOME:-/root}"/.sdkman/candidates/java/25* "${HOME:-/root}"/.jdks/*25*; do
    if [ -n "$steelyard_dir" ] && [ -x "$steelyard_dir/bin/javac" ] && [ "$(steelyard_jdk_feature "$steelyard_dir")" = 25 ]; then
      JAVA_HOME=$steelyard_dir
      export JAVA_HOME
      break
    fi
  done
fi
if [ -z "${JAVA_HOME:-}" ]; then
  echo "steelyard: a JDK 25 is needed and none was found: install one (Temurin or OpenJDK 25) and set JAVA_HOME or JDK25_HOME to it." >&2
  exit 2
fi
