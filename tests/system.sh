#!/bin/sh
# Installs the system parts the tests use, where that is possible without asking.
set -u
wanted="chromium xvfb xdotool libegl1 libgles2 libgl1-mesa-dri libmtdev1 xclip libsodium23 strace
  fonts-noto-core postgresql"
missing=""
for part in $wanted; do
  dpkg -s "$part" >/dev/null 2>&1 || missing="$missing $part"
done
command -v javac >/dev/null 2>&1 || missing="$missing default-jdk-headless"
[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1; then
  echo "Candlewire: not a Debian machine; tests that need$missing will be skipped."
  exit 0
fi
as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo -n"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq >/dev/null 2>&1
# shellcheck disable=SC2086
if ! $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null 2>&1; then
  echo "Candlewire: could not install$missing; tests that need them will be skipped."
fi
exit 0
