#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the autograder's image.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
source=${AUTOGRADER_ROOT:-/autograder}/source
home=/opt/unrolled  # readable for everyone, as the user that students' code runs as needs the interpreter

# Nobody but root may look into what grades.
chown -R root:root "$source"
chmod -R go= "$source"

apt-get update -qq
apt-get install -y -qq bubblewrap libseccomp2 python3 python3-venv

new_enough() { command -v "$1" >/dev/null && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; }
python=
for candidate in python3 python3.13 python3.12 python3.11; do
  if new_enough "$candidate"; then python=$candidate; break; fi
done
if [ -z "$python" ]; then  # Ubuntu 22.04 has 3.10, and 3.11 beside it
  apt-get install -y -qq python3.11 python3.11-venv
  python=python3.11
fi

umask 022
"$python" -m venv "$home"
"$home/bin/pip" install --quiet --disable-pip-version-check --no-input --only-binary :all: --require-hashes \
  -r "$source/requirements.txt"
"$home/bin/pip" install --quiet --disable-pip-version-check --no-input --no-deps "$source/@WHEEL@"

# An image in which nothing confines students' code must not be built: it would grade nothing.
cd "$source" && "$home/bin/python" -m autograder doctor
