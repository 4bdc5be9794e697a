import type { Host } from './host';
import { until } from './process';

export const SOCKET = '/run/redis.sock';
export const AOF = '--appendonly yes --appendfsync everysec';
export const RDB = "--appendonly no --save ''";

/** Starts a server on a socket, with its data in `folder`; the machine's network is shared, so that no port is used. */
export const serve = async (host: Host, options = AOF, { folder = '/srv/data', socket = SOCKET } = {}): Promise<void> => {
  await host.must(`redis-server --port 0 --unixsocket ${socket} --dir ${folder} --daemonize yes --logfile ${socket}.log ${options}`);
  await until('the server answers', async () => (await host.sh(`redis-cli -s ${socket} ping`)).code === 0);
};

/** A command's answer. Waits for at most 5 s. */
export const ask = (host: Host, command: string, socket = SOCKET): Promise<string> =>
  host.must(`timeout 5 redis-cli -s ${socket} ${command}`);

export const isPaused = async (host: Host): Promise<boolean> => (await host.sh(`timeout 2 redis-cli -s ${SOCKET} set probe 1`)).code !== 0;

export const endServer = (host: Host, how = 'KILL'): Promise<string> =>
  host.must(`pkill -${how} -x redis-server; while pgrep -x redis-server; do sleep 0.05; done >/dev/null`);
