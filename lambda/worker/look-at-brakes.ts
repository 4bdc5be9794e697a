import { freeSlots, takeSlots } from '../brakes/freeze-slots';
import { limitsFor } from '../core/brakes/brake-settings';
import type { BrakesSeen } from '../core/brakes/seen';
import type { FreezeLimit } from '../core/brakes/slots';
import { worstCaseMs } from '../core/execution/deadlines';
import type { Execution } from './execution';
import { LEASE_SECONDS } from './message-lease';
import type { Ports } from './ports';

/** The slot of a worker that died counts until another one, once the message's lease was over, has ended the attempt. */
const slotMs = ({ plan }: Execution): number => worstCaseMs(plan) + 2 * LEASE_SECONDS * 1_000;

const limitsOf = ({ brakes }: Ports, { policyId, plan }: Execution): readonly FreezeLimit[] => limitsFor(brakes.settings(policyId), plan);

/**
 * See which brakes are on; where none is, take the execution's slots. Brakes that can't be read are an answer, too. The execution is entered as
 * under way before: whoever sets the switch and then looks sees it, or it sees the switch.
 */
export const lookAtBrakes = async (ports: Ports, execution: Execution): Promise<BrakesSeen> => {
  const { table, rights } = ports.brakes;
  try {
    const expires = new Date(ports.clock.now().getTime() + slotMs(execution));
    await table.enter({ executionId: execution.id, rights, expires });
    const [stop, { pause }] = await Promise.all([table.stopSwitch(), table.policy(execution.policyId)]);
    const limits = stop === undefined && pause === undefined ? limitsOf(ports, execution) : []; // else nothing will be frozen
    const now = ports.clock.now();
    const holder = { executionId: execution.id, expires };
    return { readable: true, stop, pause, full: await takeSlots(table, limits, holder, now) };
  } catch (thrown) {
    const why = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
    ports.log('warn', "the brakes can't be read: nothing begins", { why });
    return { readable: false, why };
  }
};

/** Give the slots back once nothing is frozen any more. What can't be given back now expires. */
export const giveBackSlots = async (ports: Ports, execution: Execution): Promise<void> => {
  try {
    await freeSlots(ports.brakes.table, limitsOf(ports, execution), execution.id);
  } catch (error) {
    ports.log('warn', 'the slots were not given back: they expire', { error });
  }
};

/** Nothing of the execution is under way any more. An entry that can't be taken back expires. */
export const leave = async ({ brakes, log }: Ports, { id }: Execution): Promise<void> => {
  try {
    await brakes.table.leave(id);
  } catch (error) {
    log('warn', 'the execution still counts as under way: its entry expires', { error });
  }
};
