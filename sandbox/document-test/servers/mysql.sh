#!/bin/bash
# mysql.sh prepare|serve|ready|probe DATA LOG: MySQL with its tables below DATA and its binary log below LOG.
set -eu
data=$2/mysql log=$3/binlog
unpacked=/var/cache/stillpoint/mysql # by test/servers/fetch-mysql.sh
settings=(--no-defaults --user=mysql "--datadir=$data" --mysqlx=OFF --secure-file-priv=NULL --innodb-redo-log-capacity=8M)

# MariaDB has a mysqld, too.
if [[ $(mysqld --version 2>&1) =~ MariaDB|not\ found && -x $unpacked/bin/mysqld ]]; then
  ln -sf "$unpacked/bin/mysql" /usr/local/bin/mysql
  PATH=$unpacked/bin:$PATH
  settings+=("--basedir=$unpacked/usr")
fi

ask() { mysql --no-defaults --user=root --socket=/run/mysqld/mysqld.sock -e "$1"; }

case $1 in
  prepare)
    [[ ! $(mysqld --version 2>&1) =~ MariaDB|not\ found ]] || { echo 'MySQL (mysqld) is not installed' >&2 && exit 1; }
    install -d -o mysql -g mysql "$data" "$log"
    mysqld "${settings[@]}" --initialize-insecure
    ;;
  serve)
    install -d -o mysql -g mysql /run/mysqld
    exec mysqld "${settings[@]}" "--log-bin=$log/binlog" --skip-networking --socket=/run/mysqld/mysqld.sock --pid-file=/run/mysqld/pid
    ;;
  ready) ask 'CREATE DATABASE IF NOT EXISTS kit; CREATE TABLE IF NOT EXISTS kit.t (i INT)' ;;
  # Changes of rows go on under LOCK INSTANCE FOR BACKUP until the freeze; changes of tables do not.
  probe) ask "ALTER TABLE kit.t COMMENT ''" ;;
esac
