#!/bin/bash
# iris-stand-in.sh prepare|serve|ready|probe: an instance of the stand-in for InterSystems IRIS, its databases on /data, its journals on /log.
set -eu
state=/run/iris/IRIS

case $1 in
  prepare)
    mkdir -p /data/iris/mgr /log/journal
    printf '[Databases]\nIRISSYS=/data/iris/mgr/\n[Journal]\nCurrentDirectory=/log/journal/\n' >/data/iris/iris.cpf
    ;;
  serve)
    useradd -M irisowner
    install -m 755 "$(dirname "$0")"/../documents/support/iris/* /usr/local/bin/
    mkdir -m 777 /run/iris "$state"
    echo /data/iris >"$state/folder"
    touch "$state/up"
    ;;
  ready) [[ $(iris qall) == *IRIS* ]] ;;
  probe) [[ ! -e $state/suspended ]] ;; # its write daemon goes on
esac
