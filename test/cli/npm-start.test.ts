import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describeWith } from '../support/capabilities';
import { endStarted, npm, REPOSITORY, scratchFolder } from './support/npm';
import { isFrozen, left, tracesOf } from './support/traces';

jest.setTimeout(120_000);
afterEach(endStarted);

const NOTHING = { processes: [], loops: [], mounts: [] };

const lines = (file: string): readonly unknown[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));

/** One ledger whose CreateSnapshots takes its time, so that the freeze lasts. */
const longFreeze = (): string => {
  const example = join(REPOSITORY, 'sandbox/example');
  const command = (name: string): string => `node "$APPLICATION/ledger.mjs" ${name}`;
  const scenario = {
    instances: [
      {
        name: 'ledger',
        tags: { Backup: 'ledger' },
        volumes: [
          { sizeMiB: 64, filesystem: 'ext4', mount: '/journal' },
          { sizeMiB: 300, filesystem: 'xfs', mount: '/ledger' },
        ],
        application: {
          folder: join(example, 'application'),
          start: command('serve'),
          ready: command('ping'),
          verify: command('verify "$RESTORED"'),
        },
      },
    ],
    policies: [join(example, 'policies/ledger.json')],
    documents: join(example, 'documents'),
    fire: [{ policy: 'ledger', schedule: 'Nightly' }],
    faults: [{ kind: 'latency', action: 'CreateSnapshots', ms: 25_000 }],
  };
  const file = join(scratchFolder(), 'scenario.json');
  writeFileSync(file, JSON.stringify(scenario));
  return file;
};

const untilFrozen = async (pid: number, mount: string): Promise<void> => {
  while (!isFrozen(pid, mount)) await pause(20);
};

describeWith(['mount-namespaces', 'loop-devices', 'ext4', 'xfs'], 'npm start', () => {
  it('ends as the example expects, restores the sets, leaves its log and nothing else', async () => {
    const run = npm('start', []);
    await run.said(/pre-script/);
    const traces = tracesOf(run.pid);
    expect(traces.loops.length).toBeGreaterThan(0);
    const code = await run.exit;
    expect(run.output()).toContain('Everything ended as expected.');
    expect(run.output()).toMatch(/ledger: whole \(sequence=\d+ booked=\d+ invariant holds\)/);
    expect(run.output()).toMatch(/not-ready: broken \(.*records without a booking\)/);
    expect(code).toBe(0);
    expect(left(traces)).toEqual(NOTHING);
    const latest = join(run.runs, 'latest');
    expect(readdirSync(latest).sort()).toEqual(['app', 'events.jsonl', 'functions.jsonl', 'report.html', 'requests.jsonl', 'rights.jsonl']);
    expect(run.output()).toMatch(/A picture of the run: \S+\/report\.html/);
    expect(readFileSync(join(latest, 'report.html'), 'utf8')).toMatch(/<h3 [^>]*>slow-release<\/h3>/);
    expect(lines(join(latest, 'events.jsonl'))).toContainEqual(
      expect.objectContaining({
        version: '0',
        source: 'stillpoint',
        'detail-type': 'Stillpoint Execution Notification',
        region: 'eu-west-1',
        account: '111122223333',
      }),
    );
    expect(lines(join(latest, 'requests.jsonl'))).toContainEqual(
      expect.objectContaining({ service: 'ec2', action: 'CreateSnapshots', status: 200, ms: expect.any(Number), role: expect.any(String) }),
    );
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s in the middle of a freeze thaws, unmounts and ends everything, though it comes twice', async (signal, code) => {
    const run = npm('start', ['--scenario', longFreeze()]);
    await run.said(/pre-script/);
    await untilFrozen(run.pid, '/ledger');
    const traces = tracesOf(run.pid);
    expect(traces.loops.length).toBeGreaterThanOrEqual(2);
    run.signal(signal);
    await run.said(/Stopping/);
    run.signal(signal);
    expect(await run.exit).toBe(code);
    expect(left(traces)).toEqual(NOTHING);
  });
});
