import type { Host } from './host';

/** Puts a program before fsfreeze that misbehaves as long as a file is there, and is fsfreeze otherwise. */
export const hinder = (host: Host, body: string): Promise<string> =>
  host.must(`cp "$(command -v fsfreeze)" /run/fsfreeze
    printf '%s\\n' '#!/bin/bash' ${JSON.stringify(body).replaceAll('$', '\\$')} 'exec /run/fsfreeze "$@"' >/run/hindered
    chmod 755 /run/hindered; mount --bind /run/hindered "$(command -v fsfreeze)"`);
