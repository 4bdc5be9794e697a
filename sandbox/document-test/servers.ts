import { join } from 'node:path';
import type { AppVolume, Subject } from './subject';

/** What the kit knows of a server by its name: its data, how to start and ask it, and what a document's lock must stop. */
export type KnownServer = Required<Pick<Subject, 'prepare' | 'server'>> & Pick<Subject, 'lockProbe'>;

/** Each is a script in servers/. Where a document has no lock to take (PostgreSQL), there is nothing that it must stop. */
const LOCKS: Readonly<Record<string, boolean>> = { mariadb: true, mysql: true, postgresql: false, redis: true };

export const KNOWN_SERVERS: readonly string[] = Object.keys(LOCKS);

/** The server of this name, with its files on the first of the volumes and its log on the last. */
export const knownServer = (name: string, volumes: readonly AppVolume[]): KnownServer | undefined => {
  const locks = LOCKS[name];
  if (locks === undefined) return undefined;
  const script = `'${join(import.meta.dirname, 'servers', `${name}.sh`).replaceAll("'", `'\\''`)}'`;
  const command = (what: string): string => `bash ${script} ${what} ${volumes[0]?.mount} ${volumes.at(-1)?.mount}`;
  return {
    prepare: command('prepare'),
    server: { start: `exec ${command('serve')}`, ready: command('ready') },
    ...(locks && { lockProbe: command('probe') }),
  };
};
