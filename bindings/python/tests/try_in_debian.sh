#!/usr/bin/env bash
# Installs the wheel in a fresh Debian root that never saw the build, and restores locks from there. Long, and needs root.
set -euo pipefail
case "${1:-}" in
  bookworm) packages=python3,python3-venv,libcurl4,libssl3,tzdata ;;
  trixie) packages=python3,python3-venv,libcurl4t64,libssl3t64,tzdata ;;
  *)
    echo "usage: $0 bookworm|trixie [WHEEL]   (without WHEEL, one is built)" >&2
    exit 2
    ;;
esac
release=$1
[ "$(id -u)" -eq 0 ] || { echo "$0: debootstrap and chroot need root" >&2; exit 2; }
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
python=$here/../../../build/venv/bin/python
[ -x "$python" ] || python=python3
for tool in debootstrap redis-server; do
  command -v "$tool" >/dev/null || { echo "$0: needs $tool (Debian's package of that name)" >&2; exit 2; }
done

work=$(mktemp -d)
trap 'umount -q "$work/root/proc" || true; rm -rf --one-file-system "$work"' EXIT
if [ -n "${2:-}" ]; then
  wheel=$(readlink -f "$2")
else
  "$python" -m pip wheel --quiet --no-deps --wheel-dir "$work" "$here/.."
  wheel=$(echo "$work"/lockrec-*.whl)
fi

# Whatever this machine's apt uses.
# shellcheck disable=SC2016
mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
  awk '$2 !~ /-/ && !found { print $1; found = 1 }')
debootstrap --variant=minbase --include="$packages" "$release" "$work/root" "$mirror" >"$work/debootstrap.log" ||
  { tail -n 20 "$work/debootstrap.log" >&2; exit 1; }
if find "$work/root/usr/lib" -name 'libhiredis*' -o -name 'libcsv*' -o -name 'libcctz*' -o -name 'libcjson*' | grep .; then
  echo "$0: the root has what the wheel has to bring along" >&2
  exit 1
fi
cp "$wheel" "$work/root/tmp/"
in_root() { env --ignore-environment PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 chroot "$work/root" "$@"; }
in_root python3 -m venv /opt/service
in_root /opt/service/bin/pip install --quiet --no-index --disable-pip-version-check "/tmp/$(basename "$wheel")"
in_root sh -c 'cat /etc/debian_version; dpkg-query -W python3 "libcurl4*" "libssl3*" libc6 | grep "[0-9]$"'
in_root sh -c 'ldd /opt/service/lib/python3*/site-packages/lockrec/liblockrec.so.1' >"$work/ldd"
grep -E 'libc(url|ctz|json|rypto)' "$work/ldd"
if grep 'not found' "$work/ldd"; then exit 1; fi
"$python" -B "$here/wheel_in_root.py" "$work/root" /opt/service/bin/python
