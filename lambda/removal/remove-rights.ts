import { isUnderWay } from '../core/brakes/under-way';
import type { RemovalPorts } from './ports';
import { untilQuiet } from './until-quiet';

/** What is kept for the answer. */
const MARGIN_MS = 20_000;

/**
 * Wait until no execution that began under these rights is under way. New ones begin under others: the worker was updated before. It is
 * given up when the invocation ends, by which time every worker has ended that had begun before: then the rights go, rather than stay
 * for ever in a stack that can't be deleted any more.
 */
export const removeRights = async (ports: RemovalPorts, rights: string): Promise<void> => {
  const left = await untilQuiet(ports, MARGIN_MS, async (now) => {
    const found = (await ports.table.underWay()).filter((one) => one.rights === rights && isUnderWay(one, now));
    return found.length === 0 ? undefined : found.map(({ executionId }) => executionId).join(', ');
  });
  if (left === undefined) ports.log('info', 'rights are not needed any more', { rights });
  else ports.log('warn', 'rights are removed though executions had them', { rights, executions: left });
};
