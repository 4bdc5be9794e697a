import type { Clock } from './clock';
import type { Deployment } from './deployment';
import type { Ec2State } from './ec2/state';

const LOOK_EVERY_MS = 20;

/** No function runs or will be retried, no queue with a consumer holds a message, and no set is pending. Copies may be: nothing waits for them. */
export const isQuiet = ({ functions, asyncInvoker, eventSources }: Deployment, { snapshots }: Ec2State): boolean =>
  functions.running === 0 &&
  asyncInvoker.pending === 0 &&
  eventSources.all.every(({ queue }) => Object.values(queue.counts()).every((count) => count === 0)) &&
  [...snapshots.values()].every(({ state, copy }) => state !== 'pending' || copy !== undefined);

export const untilQuiet = (clock: Clock, quiet: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (quiet()) resolve();
      else clock.after(LOOK_EVERY_MS, look);
    };
    look();
  });
