import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** What a run holds of the machine while it goes on. Gathered from its own processes, so that other tests beside it don't matter. */
export interface Traces {
  /** `PID START-TIME COMMAND`: a number alone may be given again. */
  readonly processes: readonly string[];
  /** Loop devices, each with its backing file. */
  readonly loops: readonly (readonly [device: string, backing: string])[];
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // ended meanwhile
  }
};

/** Fields of /proc/PID/stat behind the command's name: state, parent, ... */
const statOf = (pid: string): readonly string[] =>
  read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
const identity = (pid: string): string => `${pid} ${statOf(pid)[19] ?? ''} ${read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`;

const pids = (): readonly string[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name));

/** The process and all that descend from it. */
const family = (root: number): readonly string[] => {
  const parents = new Map(pids().map((pid) => [pid, statOf(pid)[1] ?? '']));
  const belongs = (pid: string): boolean => pid === `${root}` || (parents.has(pid) && belongs(parents.get(pid) ?? ''));
  return [...parents.keys()].filter(belongs);
};

const backingOf = (device: string): string => read(`/sys/block/${device}/loop/backing_file`).trim();

/** Loop devices mounted in the mount namespaces of some processes. */
const loopsOf = (processes: readonly string[]): Traces['loops'] => {
  const mounted = processes.flatMap((pid) =>
    [...read(`/proc/${pid}/mountinfo`).matchAll(/ \/dev\/(loop\d+) /g)].map(([, device = '']) => device),
  );
  return [...new Set(mounted)].map((device) => [device, backingOf(device)]);
};

export const tracesOf = (root: number): Traces => {
  const processes = family(root);
  return { processes: processes.filter((pid) => statOf(pid).length > 1).map(identity), loops: loopsOf(processes) };
};

interface Left {
  readonly processes: readonly string[];
  readonly loops: readonly string[];
  readonly mounts: readonly string[];
}

/** A zombie runs no more: it waits for the machine's init to take note. One that ended while its traces were taken has no start time. */
const runs = (known: string): boolean => {
  const [pid = '', startTime] = known.split(' ');
  return startTime !== '' && identity(pid) === known && statOf(pid)[0] !== 'Z';
};

/** What is still there of a run that has ended. */
export const left = ({ processes, loops }: Traces): Left => {
  const attached = loops.filter(([device, backing]) => backing !== '' && backingOf(device) === backing).map(([device]) => device);
  const mounts = read('/proc/self/mountinfo').split('\n');
  return {
    processes: processes.filter(runs),
    loops: attached,
    mounts: mounts.filter((line) => attached.some((device) => line.includes(` /dev/${device} `))),
  };
};

/** Whether a mount point of an instance of the run is frozen: a remount that changes nothing is refused then, without writing. */
export const isFrozen = (root: number, mount: string): boolean => {
  const inside = family(root).find((pid) => read(`/proc/${pid}/mountinfo`).includes(` ${mount} `));
  if (inside === undefined) return false;
  const probe = spawnSync('nsenter', ['-t', inside, '--mount', 'mount', '-i', '-n', '-o', 'remount,rw', mount], {
    env: { ...process.env, LC_ALL: 'C' },
  });
  return probe.stderr.toString().includes('busy');
};
