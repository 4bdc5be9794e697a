import { spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';

/** Holds the mount namespace that the outer process lives in, so that the inner one can tell that it left it. */
const MARKER = 'STILLPOINT_OUTER_NAMESPACE';

const mountNamespace = (): string | undefined => {
  try {
    return readlinkSync('/proc/self/ns/mnt');
  } catch {
    return undefined;
  }
};

/** True when this process was started by {@link runInPrivateNamespace}: its mounts are not the machine's. */
export const inPrivateNamespace = (): boolean => {
  const outer = process.env[MARKER];
  return outer !== undefined && outer !== mountNamespace();
};

/** The command line that runs `argv` with a mount table of its own, and the environment that it needs. */
export const privateCommand = (argv: readonly string[]): { readonly argv: readonly string[]; readonly env: NodeJS.ProcessEnv } => {
  const outer = mountNamespace();
  if (outer === undefined) throw new Error('/proc/self/ns/mnt cannot be read: no mount namespaces here');
  return {
    // The death signal survives the execs: if the outer process is killed, the inner one still cleans up.
    argv: ['setpriv', '--pdeathsig', 'TERM', 'unshare', '--mount', '--propagation', 'private', ...argv],
    env: { ...process.env, [MARKER]: outer },
  };
};

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs this very Node process again (same arguments, environment and stdio) in a private mount namespace and exits with its
 * code. Returns only when the process is in one already. The inner process has a session of its own, so that a Ctrl-C reaches
 * it once, forwarded, and not twice.
 */
export const runInPrivateNamespace = async (): Promise<void> => {
  if (inPrivateNamespace()) return;
  if (process.env[MARKER] !== undefined) throw new Error('unshare did not give this process a mount namespace of its own');
  const { argv, env } = privateCommand([process.execPath, ...process.execArgv, ...process.argv.slice(1)]);
  const [command = '', ...args] = argv;
  const child = spawn(command, args, { stdio: 'inherit', env, detached: true });
  for (const signal of FORWARDED) process.on(signal, () => child.kill(signal));
  const { code, signal } = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  for (const forwarded of FORWARDED) process.removeAllListeners(forwarded);
  if (signal !== null) process.kill(process.pid, signal);
  process.exit(code ?? 1);
};
