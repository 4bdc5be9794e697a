#!/bin/bash
# mariadb.sh prepare|serve|ready|probe DATA LOG: MariaDB with its tables below DATA and its binary log below LOG.
set -eu
data=$2/mysql log=$3/binlog
settings=(--no-defaults --user=mysql "--datadir=$data" --innodb-log-file-size=8M)

ask() { mariadb --no-defaults --socket=/run/mysqld/mysqld.sock -e "$1"; }

case $1 in
  prepare)
    command -v mariadbd >/dev/null || { echo 'mariadbd is not installed' >&2 && exit 1; }
    install -d -o mysql -g mysql "$data" "$log"
    mariadb-install-db "${settings[@]}" --skip-test-db >/dev/null
    ;;
  serve)
    install -d -o mysql -g mysql /run/mysqld
    exec mariadbd "${settings[@]}" "--log-bin=$log/binlog" --skip-networking --socket=/run/mysqld/mysqld.sock --pid-file=/run/mysqld/pid
    ;;
  ready) ask 'CREATE DATABASE IF NOT EXISTS kit; CREATE TABLE IF NOT EXISTS kit.t (i INT)' ;;
  probe) ask 'INSERT INTO kit.t VALUES (1)' ;;
esac
