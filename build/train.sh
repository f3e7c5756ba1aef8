#!/bin/sh
# Called by Maven at packaging, and by ./steelyard when the JDK has changed: puts the jars where they are run from, a directory of their
# own that no later build touches, and lets a short run of the real thing make Java's AOT cache there (JEP 483, 514, 515).
# A cache that cannot be made is no failure: the balancer starts without it, only later.
here=$(cd "$(dirname "$0")/.." && pwd) || exit 1
. "$here/build/find-jdk.sh"
dist=$here/app/target/dist
name=$(date +%s)-$$
home=$dist/$name
cache=$home/steelyard.aot
mkdir -p "$home" && cp -pR "$here/app/target/steelyard/lib" "$home/" || exit 1
if ! timeout 120 "$JAVA_HOME/bin/java" "@$here/build/java.opts" -XX:AOTCacheOutput="$cache" \
  -jar "$home/lib/steelyard.jar" train >"$dist/train.log" 2>&1 </dev/null || [ ! -s "$cache" ]; then
  rm -f "$cache"
  echo "[WARNING] no AOT cache was made, start-up will be slower; see app/target/dist/train.log"
fi
printf '%s\n' "$steelyard_jdk" >"$home/jdk"
# In one step: whoever starts meanwhile gets the old one or the new one.
printf '%s\n' "$name" >"$dist/current.new" && mv "$dist/current.new" "$dist/current" || exit 1
touch "$dist/built"
# Two former ones stay for nodes that still run from them.
# shellcheck disable=SC2012
ls -1d "$dist"/*-* | sort -r | tail -n +4 | while IFS= read -r old; do rm -rf "$old"; done
