import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Interrupted, watchSignals } from '../cli/interruption';
import { terminalOf, writeLine } from '../cli/terminal';
import { createMachines } from '../instance/index';
import { messageOf } from '../scenario/files';
import type { KitOptions } from './arguments';
import type { Finding } from './line';
import { asJson, passes, renderFindings, verdict } from './report';
import { testDocument } from './run';
import type { Subject } from './subject';

/** Tries the document and prints what was found; the exit code. The process must be in a mount namespace of its own. */
export const runKit = async (options: KitOptions, subject: Subject): Promise<number> => {
  const terminal = terminalOf(process.stdout, process.env);
  const began = performance.now();
  const interruption = watchSignals((_signal, first) => {
    process.stderr.write(first ? '\nStopping: thawing, unmounting and ending everything...\n' : 'Still cleaning up.\n');
  });
  process.stdout.on('error', () => undefined); // a reader that went away must not keep the run from cleaning up
  const tell = ({ line, result }: Finding): void => {
    if (!options.json) process.stderr.write(`  ${result.padEnd(14)}  ${line.title}\n`);
  };
  try {
    const findings = await withMachines((machines) =>
      interruption.race(testDocument(subject, { machines, tell, signal: interruption.signal, only: options.only, atOnce: options.atOnce })),
    );
    const seconds = Math.round((performance.now() - began) / 1_000);
    if (options.json) writeLine(terminal, asJson(subject, findings, seconds));
    else writeLine(terminal, `\n${renderFindings(findings, terminal)}\n\n${verdict(findings)} ${seconds} s.`);
    return passes(findings) ? 0 : 1;
  } catch (error) {
    // What fails here is no word on the document: a server that does not start, a machine that is full.
    process.stderr.write(`${error instanceof Interrupted ? 'Stopped; the machine is as it was.' : messageOf(error)}\n`);
    return error instanceof Interrupted ? error.exitCode : 2;
  }
};

const withMachines = async <T>(use: (machines: Awaited<ReturnType<typeof createMachines>>) => Promise<T>): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'stillpoint-document-test-'));
  const machines = await createMachines({ folder, mode: 'real' });
  try {
    return await use(machines);
  } finally {
    await machines.close();
    rmSync(folder, { recursive: true, force: true });
  }
};
