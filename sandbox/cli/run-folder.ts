import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Makes `runs/TIME/` for what a run leaves, and points `runs/latest` at it. */
export const makeRunFolder = (runs: string, now: Date): string => {
  const folder = freeName(
    join(
      runs,
      now
        .toISOString()
        .replace(/\.\d+Z$/, 'Z')
        .replaceAll(':', '-'),
    ),
  );
  const latest = join(runs, 'latest');
  rmSync(latest, { force: true });
  symlinkSync(basename(folder), latest);
  return folder;
};

/** Two runs may begin in one second. */
const freeName = (path: string): string => {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? path : `${path}-${number}`;
    if (mkdirSync(candidate, { recursive: true }) !== undefined) return candidate;
  }
};
