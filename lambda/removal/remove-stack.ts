import { isUnderWay } from '../core/brakes/under-way';
import { stopSwitchEvent } from '../core/event/brake-event';
import { removedEvent } from '../core/event/removed-event';
import type { RemovalResult } from '../core/removal/request';
import { remainsOf } from '../core/removal/what-stays';
import type { RemovalPorts } from './ports';
import { untilQuiet } from './until-quiet';

/** What is kept for listing the snapshots, the event and the answer. */
const MARGIN_MS = 60_000;
/** Names in the reason of a failure; CloudFormation shows about so many. */
const NAMES = 10;

const REASON = 'the stack is being removed';

/** Let nothing begin, let what is under way end thawed, then tell what is left. Fails where something does not end. */
export const removeStack = async (ports: RemovalPorts): Promise<RemovalResult> => {
  await stop(ports);
  const left = await drain(ports);
  if (left !== undefined) {
    ports.log('warn', 'the stack stays: not everything has ended', { reason: left });
    return { ok: false, reason: left };
  }
  const removed = removedEvent(ports.place, remainsOf(await ports.snapshots()));
  ports.log('info', 'the stack may be removed', removed.detail);
  await ports.publish([removed]);
  return { ok: true };
};

/** Also when a person has set the switch: what it holds would be held for ever. */
const stop = async ({ table, clock, publish, place }: RemovalPorts): Promise<void> => {
  const set = await table.stopSwitch();
  await table.setStopSwitch({ since: clock.now(), reason: REASON, removing: true });
  if (set?.removing !== true) await publish([stopSwitchEvent(place, 'set', REASON)]);
};

/** Wait until nothing is under way. Returns what does not end. */
const drain = (ports: RemovalPorts): Promise<string | undefined> =>
  untilQuiet(ports, MARGIN_MS, async (now) => {
    const [messages, all] = await Promise.all([ports.messages(), ports.table.underWay()]);
    const executions = all.filter((one) => isUnderWay(one, now)).map(({ executionId }) => executionId);
    return messages > 0 || executions.length > 0 ? whatIsLeft(executions, messages) : undefined;
  });

const whatIsLeft = (executions: readonly string[], messages: number): string => {
  const named = executions.slice(0, NAMES).join(', ');
  const more = executions.length > NAMES ? ` and ${executions.length - NAMES} more` : '';
  return `under way: ${named || 'nothing known by name'}${more}; messages: ${messages}. Nothing begins any more: delete the stack again once they have ended`;
};
