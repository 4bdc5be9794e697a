#!/usr/bin/env bash
# Puts a real MySQL into a folder, for the tests: Debian's stable release has none, so the server, its client and the libraries
# they need come from the unstable suite. They are only downloaded and unpacked: apt gets a state of its own, and the machine's
# packages stay as they are. The programs are run with the libraries beside them, through bin/mysqld and bin/mysql.
#   fetch-mysql.sh [FOLDER]      default: /var/cache/stillpoint/mysql; does nothing when it is there already
set -euo pipefail

folder=${1:-/var/cache/stillpoint/mysql}
if [[ -x $folder/bin/mysqld ]] && "$folder/bin/mysqld" --version; then exit 0; fi

mkdir -p "$(dirname "$folder")"
scratch=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"
apt=$scratch/apt new=$scratch/new
mkdir -p "$apt"/{lists,archives}/partial "$new/bin"
: >"$apt/status"
# The mirror is the one that this machine uses anyway.
# shellcheck disable=SC2016 # apt's variable, not the shell's
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | sort -u | head -n 1)
if [[ -z $mirror ]]; then
  echo 'fetch-mysql.sh: apt has no mirror of Debian (apt-get update first?)' >&2
  exit 1
fi
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror unstable main" >"$apt/sources.list"
options=(-qq -o Dir::State="$apt" -o Dir::State::status="$apt/status" -o Dir::Cache="$apt"
  -o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::Etc::preferencesparts=/dev/null
  -o Acquire::Languages=none -o APT::Install-Recommends=false -o APT::Sandbox::User=root)

apt-get "${options[@]}" update
# Perl is for scripts that nobody runs here.
mapfile -t packages < <(apt-get "${options[@]}" --simulate install mysql-server-core mysql-client-core |
  sed -n 's/^Inst \([^ ]*\) .*/\1/p' | grep -Ev '^(lib)?perl')
(cd "$apt/archives" && apt-get "${options[@]}" download "${packages[@]}")
for package in "$apt"/archives/*.deb; do dpkg-deb --extract "$package" "$new"; done

cat >"$new/run" <<'RUN'
#!/bin/bash
# Runs the program of this script's name with the libraries that came with it.
here=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
name=${0##*/}
program=$here/usr/bin/$name
[[ -x $program ]] || program=$here/usr/sbin/$name
libraries=("$here"/usr/lib/*-linux-gnu)
loader=("$here"/usr/lib/*-linux-gnu/ld-linux-*.so.*)
exec -a "$program" "${loader[0]}" --library-path "${libraries[0]}" "$program" "$@"
RUN
chmod 755 "$new/run"
cp "$new/run" "$new/bin/mysqld"
cp "$new/run" "$new/bin/mysql"
rm "$new/run"
"$new/bin/mysqld" --version
rm -rf "$folder"
mv "$new" "$folder"
