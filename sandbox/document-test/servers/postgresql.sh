#!/bin/bash
# postgresql.sh prepare|serve|ready DATA LOG: a PostgreSQL cluster below DATA with its write-ahead log below LOG.
set -eu
data=$2/postgresql log=$3/wal

for bin in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/bin; do
  if [[ -x $bin/postgres ]]; then PATH=$bin:$PATH; fi # the latest of several
done

as_postgres() { setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"; }

cd /
case $1 in
  prepare)
    command -v postgres >/dev/null || { echo 'PostgreSQL (postgres) is not installed' >&2 && exit 1; }
    install -d -o postgres -g postgres -m 700 "$data" "$log"
    as_postgres initdb -D "$data" -X "$log" --no-sync --auth=peer -E UTF8 --locale=C >/dev/null
    ;;
  serve)
    install -d -o postgres -g postgres /run/postgresql
    exec setpriv --reuid=postgres --regid=postgres --init-groups -- postgres -D "$data" -c listen_addresses= -c unix_socket_directories=/run/postgresql
    ;;
  ready) as_postgres psql -qAtX -h /run/postgresql -c 'SELECT 1' postgres ;;
esac
