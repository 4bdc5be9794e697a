import type { RunResult } from '../instance/ports';
import type { Restored } from '../scenario/scenario-file';
import type { Outcome } from './outcome';

/** What a restored set was worth, and what the check said. */
export interface Verdict {
  readonly restored: Restored;
  readonly said: string;
}

type Verify = (instanceId: string, snapshotIds: readonly string[]) => Promise<RunResult>;

/** Restores an execution's set and asks the application's check about it. */
export const restoreSet = async ({ instanceId, snapshotIds }: Outcome, verify: Verify): Promise<Verdict> => {
  if (snapshotIds.length === 0) return { restored: 'none', said: 'no snapshot set' };
  const { code, stdout, stderr } = await verify(instanceId, snapshotIds);
  const said = lastLine(code === 0 ? stdout : `${stdout}\n${stderr}`);
  return code === 0 ? { restored: 'whole', said } : { restored: 'broken', said: said === '' ? `exit ${code ?? 'by signal'}` : said };
};

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? '';
