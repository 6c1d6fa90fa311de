#!/bin/sh
# Makes .venv with an interpreter that Kivy has wheels for: 3.11 to 3.13.
set -eu
for python in python3.13 python3.12 python3.11 python3; do
  if "$python" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
      2>/dev/null; then
    echo "Candlewire: using $("$python" --version) for .venv"
    "$python" -m venv .venv
    exit 0
  fi
done
# None fits: uv finds or fetches one.
if ! command -v uv >/dev/null 2>&1; then
  python3 -m venv .venv-uv
  .venv-uv/bin/python -m pip install --quiet uv
  PATH="$PWD/.venv-uv/bin:$PATH"
fi
echo "Candlewire: no Python 3.11 to 3.13 here; asking uv for 3.13"
uv venv --quiet --seed --python 3.13 .venv
