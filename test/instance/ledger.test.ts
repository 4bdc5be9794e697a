import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { parse } from 'yaml';
import { findResultLine, type ResultLine } from '../../lambda/core/result-line';
import { renderDocument } from '../../ssm-documents/render';
import { describeWith } from '../support/capabilities';
import { TestFleet, type TestMachine } from '../support/machines';
import { EXAMPLE, ledger, ledgerVolumes } from './example';
import { REAL } from './needs';

const DOCUMENT: unknown = parse(renderDocument(join(EXAMPLE, 'documents/ledger')));

/** One instance with the example application, and what a test does with it. */
const openLedger = (fleet: TestFleet, id: string, ...flags: string[]) => {
  const volumes = ledgerVolumes();
  const application = ledger(...flags);
  const attempt = randomUUID();
  const script = async (
    machine: TestMachine,
    command: string,
  ): Promise<{ code: number | undefined; line: ResultLine | undefined; output: string }> => {
    const update = await machine.send({ document: DOCUMENT, parameters: { command: [command], executionId: [attempt] } }).ended;
    const output = `${update.steps[0]?.stdout}${update.steps[0]?.stderr}`;
    return { code: update.steps[0]?.responseCode, line: findResultLine(output), output };
  };
  const set = (name: string) => volumes.map((volume, index) => ({ volume, snapshotId: `snap-${id}-${name}-${index}` }));
  return {
    machine: () => fleet.machine({ id, volumes: [...volumes], application }),
    pre: (machine: TestMachine) => script(machine, 'pre-script'),
    post: (machine: TestMachine) => script(machine, 'post-script'),
    take: (name: string) => fleet.snapshot(Object.fromEntries(set(name).map(({ volume, snapshotId }) => [volume.id, snapshotId]))),
    verify: (name: string) => fleet.verify(set(name), application.verify),
  };
};

/** The last sequence in a file of the application, or in its own words. */
const lastSequence = (text: string): number => Number(/sequence=(\d+)/.exec(text)?.[1] ?? text.trim().split('\n').at(-1));

describeWith(REAL, 'the example application under its document', () => {
  let fleet: TestFleet;
  beforeAll(async () => {
    fleet = await TestFleet.open();
  });
  afterAll(() => fleet.close());

  test('held and frozen, a set restores whole, with everything that was acknowledged and nothing acknowledged meanwhile', async () => {
    const { machine: make, pre, post, take, verify } = openLedger(fleet, 'i-0000000000000000c');
    const machine = await make();
    await machine.start();
    const acknowledged = async () => lastSequence((await machine.run('tail -n 1 /var/lib/ledger/acknowledged')).stdout);

    const before = await pre(machine);
    expect(before).toMatchObject({ code: 0, line: { result: 'held', application: { name: 'ledger', quiesced: true } } });
    const promised = await acknowledged();
    expect(await machine.frozen()).toEqual(['/journal', '/ledger']);
    await take('held');
    expect(await acknowledged()).toBe(promised);
    const after = await post(machine);
    expect(after).toMatchObject({ code: 0, line: { result: 'released', thawedBy: 'post' } });
    expect(await machine.frozen()).toEqual([]);

    const restored = await verify('held');
    expect(restored).toMatchObject({ code: 0, stdout: expect.stringContaining('invariant holds') });
    expect(lastSequence(restored.stdout)).toBe(promised);
    expect(Number(before.line?.application.coordinates?.['sequence'] ?? after.line?.application.coordinates?.['sequence'])).toBe(promised);
    await machine.run(`until (( $(tail -n 1 /var/lib/ledger/acknowledged) > ${promised} )); do sleep 0.01; done`);
  });

  test('without quiescing the same copies are broken, at any moment', async () => {
    const { machine: make, take, verify } = openLedger(fleet, 'i-0000000000000000d');
    const machine = await make();
    await machine.start();
    for (const round of ['1', '2', '3']) {
      await take(round);
      expect(await verify(round)).toMatchObject({ code: 1, stdout: expect.stringContaining('records without a booking') });
    }
  });

  test('frozen but not quiesced, they are broken as well: a freeze alone does not empty an application’s memory', async () => {
    const { machine: make, take, verify } = openLedger(fleet, 'i-0000000000000000e');
    const machine = await make();
    await machine.start();
    await machine.run('sync; fsfreeze -f /ledger; fsfreeze -f /journal');
    await take('frozen');
    await machine.run('fsfreeze -u /journal; fsfreeze -u /ledger');
    expect(await verify('frozen')).toMatchObject({ code: 1, stdout: expect.stringContaining('records without a booking') });
  });

  test('not ready: the pre-script ends with 206 and nothing is held', async () => {
    const { machine: make, pre } = openLedger(fleet, 'i-0000000000000000f', '--not-ready');
    const machine = await make();
    await machine.start();
    expect((await pre(machine)).code).toBe(206);
    expect(await machine.frozen()).toEqual([]);
  });

  test('a release that fails the first time is 202, thawed, and the next post-script ends it', async () => {
    const { machine: make, pre, post } = openLedger(fleet, 'i-00000000000000010', '--fail-first-release');
    const machine = await make();
    await machine.start();
    expect((await pre(machine)).code).toBe(0);
    expect((await post(machine)).code).toBe(202);
    expect(await machine.frozen()).toEqual([]);
    expect((await post(machine)).code).toBe(0);
    const status = async () => lastSequence((await machine.run('/run/ledger status')).stdout);
    const released = await status();
    await machine.run(`until (( $(tail -n 1 /var/lib/ledger/acknowledged) > ${released} )); do sleep 0.01; done`);
  });
});

describe('the example application under its document, in a folder', () => {
  test('nothing is frozen, and a held set restores whole', async () => {
    const fleet = await TestFleet.open({ mode: 'directory' });
    try {
      const { machine: make, pre, post, take, verify } = openLedger(fleet, 'i-00000000000000011');
      const machine = await make();
      await machine.start();
      const before = await pre(machine);
      expect(before).toMatchObject({ code: 0 });
      await take('held');
      expect(await post(machine)).toMatchObject({ code: 0 });
      expect((await verify('held')).code).toBe(0);
    } finally {
      await fleet.close();
    }
  });
});
