#!/bin/sh
# Called by Maven at packaging: a short run of the real thing, from which Java makes its AOT cache (JEP 483, 514, 515).
# A cache that cannot be made is no failure: the balancer starts without it, only later.
here=$(cd "$(dirname "$0")/.." && pwd) || exit 1
. "$here/build/find-jdk.sh"
home=$here/app/target/steelyard
cache=$home/steelyard.aot
rm -f "$cache"
if ! timeout 120 "$JAVA_HOME/bin/java" "@$here/build/java.opts" -XX:AOTCacheOutput="$cache" \
  -jar "$home/lib/steelyard.jar" train >"$home/train.log" 2>&1 </dev/null || [ ! -s "$cache" ]; then
  rm -f "$cache"
  echo "[WARNING] no AOT cache was made, start-up will be slower; see app/target/steelyard/train.log"
fi
touch "$home/built"
