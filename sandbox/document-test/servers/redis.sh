#!/bin/bash
# redis.sh prepare|serve|ready|probe DATA LOG: two Redis servers, one below DATA and one below LOG, because all files of a server lie
# on one filesystem (it renames between them).
set -eu

serve() { redis-server --port 0 --unixsocket "/run/redis/$1.sock" --dir "$2/redis" --save '' --appendonly yes; }
answers() { [[ $(redis-cli -s "/run/redis/$1.sock" "${@:3}") == "$2" ]]; }

case $1 in
  prepare)
    command -v redis-server >/dev/null || { echo 'redis-server is not installed' >&2 && exit 1; }
    mkdir -p "$2/redis" "$3/redis"
    ;;
  serve)
    mkdir -p /run/redis
    serve second "$3" &
    serve first "$2"
    ;;
  ready) answers first PONG ping && answers second PONG ping ;;
  probe) # one that waits must not hide that the other takes writes
    answers first OK set kit 1 &
    answers second OK set kit 1 &
    wait -n || wait -n
    ;;
esac
