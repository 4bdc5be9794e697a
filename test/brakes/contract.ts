import type { BrakesTable } from '../../lambda/brakes/brakes-table';
import type { PolicyState } from '../../lambda/core/policy-state/policy-state';

const at = (second: number): Date => new Date(Date.UTC(2026, 10, 21, 3, 0, second));
const slot = (number: number, executionId: string, second = 60) => ({ number, executionId, expires: at(second) });
const NIGHTLY = { policyId: 'nightly' };

/** What every table of brakes keeps to. `open` gives an empty one. */
export const describeBrakesTable = (title: string, open: () => Promise<BrakesTable>): void =>
  describe(title, () => {
    let table: BrakesTable;
    beforeEach(async () => {
      table = await open();
    });

    test('begins with nothing set', async () => {
      expect(await table.stopSwitch()).toBeUndefined();
      expect(await table.policy('nightly')).toEqual({ incidents: [], pause: undefined });
      expect(await table.slots('account')).toEqual([]);
    });

    test('keeps the stop switch, and whether the stack goes', async () => {
      const stop = { since: at(1), reason: 'upgrade' };
      await table.setStopSwitch(stop);
      expect(await table.stopSwitch()).toEqual(stop);
      await table.setStopSwitch({ ...stop, removing: true });
      expect(await table.stopSwitch()).toEqual({ ...stop, removing: true });
    });

    test('keeps what is under way until it leaves, the last entry of an execution', async () => {
      await table.enter({ executionId: 'a', rights: 'old', expires: at(10) });
      await table.enter({ executionId: 'b', rights: 'old', expires: at(10) });
      await table.enter({ executionId: 'a', rights: 'new', expires: at(20) });
      expect(await table.underWay()).toEqual([
        { executionId: 'a', rights: 'new', expires: at(20) },
        { executionId: 'b', rights: 'old', expires: at(10) },
      ]);
      await table.leave('a');
      await table.leave('a'); // nothing there: not an error
      expect(await table.underWay()).toEqual([{ executionId: 'b', rights: 'old', expires: at(10) }]);
    });

    test('gives a slot to one execution, and to another only when its time is over', async () => {
      expect(await table.takeSlot('account', slot(1, 'a', 10), at(0))).toBe(true);
      expect(await table.takeSlot('account', slot(1, 'b'), at(9))).toBe(false);
      expect(await table.slots('account')).toEqual([slot(1, 'a', 10)]);
      expect(await table.takeSlot('account', slot(1, 'b'), at(10))).toBe(true);
      expect(await table.slots('account')).toEqual([slot(1, 'b')]);
    });

    test('gives a slot to its own execution again, for longer', async () => {
      await table.takeSlot('account', slot(1, 'a', 10), at(0));
      expect(await table.takeSlot('account', slot(1, 'a', 90), at(5))).toBe(true);
      expect(await table.slots('account')).toEqual([slot(1, 'a', 90)]);
    });

    test('lets only one of many have a slot that they ask for at once', async () => {
      const ids = Array.from({ length: 8 }, (_, index) => `e${index}`);
      const taken = await Promise.all(ids.map((id) => table.takeSlot(NIGHTLY, slot(1, id), at(0))));
      expect(taken.filter(Boolean)).toHaveLength(1);
    });

    test('frees a slot for its own execution alone', async () => {
      await table.takeSlot('account', slot(1, 'a'), at(0));
      await table.freeSlot('account', slot(1, 'b'));
      expect(await table.slots('account')).toHaveLength(1);
      await table.freeSlot('account', slot(1, 'a'));
      expect(await table.slots('account')).toEqual([]);
      await table.freeSlot('account', slot(1, 'a')); // nothing there: not an error
    });

    test('keeps the limits apart', async () => {
      await table.takeSlot('account', slot(1, 'a'), at(0));
      expect(await table.takeSlot(NIGHTLY, slot(1, 'b'), at(0))).toBe(true);
      expect(await table.takeSlot({ policyId: 'account' }, slot(1, 'c'), at(0))).toBe(true);
      expect(await table.slots(NIGHTLY)).toEqual([slot(1, 'b')]);
    });

    test('counts each execution’s incident once, and those of executions at once all', async () => {
      const counted = await Promise.all(['b', 'a', 'b', 'c', 'a'].map((id) => table.addIncident('nightly', id)));
      expect(Math.max(...counted.map(({ incidents }) => incidents.length))).toBe(3);
      expect(await table.policy('nightly')).toEqual({ incidents: ['a', 'b', 'c'], pause: undefined });
      expect((await table.policy('weekly')).incidents).toEqual([]);
    });

    test('lets only the first pause a policy, and keeps the incidents', async () => {
      await table.addIncident('nightly', 'a');
      const pause = { since: at(1), reason: 'too many', executionId: 'a' };
      const byOthers = { ...pause, executionId: 'b' };
      expect(await table.pause('nightly', pause)).toBe(true);
      expect(await table.pause('nightly', byOthers)).toBe(false);
      expect(await table.policy('nightly')).toEqual({ incidents: ['a'], pause });
    });

    test('keeps a policy’s state, and of several who write what follows it takes one', async () => {
      const state = (version: number, by: string): PolicyState => ({
        ...{ state: version % 2 === 0 ? 'ENABLED' : 'ERROR', since: at(version), due: at(0), by, version },
        fault: { kind: 'send-command', handler: 'doc', cause: `of ${by}` },
      });
      expect(await table.state('nightly')).toBeUndefined();
      for (const version of [1, 2, 3]) {
        const written = await Promise.all(['a', 'b', 'c'].map((by) => table.putState('nightly', state(version, by))));
        expect(written.filter(Boolean)).toHaveLength(1);
        const by = ['a', 'b', 'c'][written.indexOf(true)] ?? '';
        expect(await table.state('nightly')).toEqual(state(version, by));
      }
      expect(await table.putState('nightly', state(3, 'd'))).toBe(false);
      expect(await table.state('weekly')).toBeUndefined();
    });

    test('keeps a person’s pause, which names no execution', async () => {
      const pause = { since: at(1), reason: 'upgrade', executionId: undefined };
      expect(await table.pause('nightly', pause)).toBe(true);
      expect(await table.policy('nightly')).toEqual({ incidents: [], pause });
    });
  });
