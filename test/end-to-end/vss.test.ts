import { SCRIPT_DETAIL_TYPE, scriptDetailSchema } from '../../lambda/core/event/script-event';
import { SCHEDULE } from './harness/cases';
import { wordsOf } from './harness/story';
import { VssBench, type VssCase } from './harness/vss-bench';

const CASES = {
  good: { retries: 3, schedule: { TagsToAdd: [{ Key: 'Team', Value: 'db, 1;2' }] } },
  'data-alone': { parameters: { ExcludeBootVolume: true } },
  older: { older: true },
  shared: {
    schedule: {
      ShareRules: [{ TargetAccounts: ['222222222222'] }],
      FastRestoreRule: { Count: 1, AvailabilityZones: ['eu-west-1a'] },
    },
  },
  retried: { retries: 1, failures: ['freeze-timeout'] },
  writer: { failures: ['writer'] },
  uninstallable: { failures: ['install'] },
  powerless: { profile: false },
  'without-fallback': { profile: false, fallback: false },
  linux: { platform: 'linux' },
  small: { instanceType: 't3.micro' },
  offline: { agent: 'offline' },
  killed: {},
  'killed-late': {},
  unanswered: {},
  refused: { retries: 3 },
  dead: {},
} as const satisfies Record<string, VssCase>;
type Name = keyof typeof CASES;
const NAMES: readonly Name[] = ['good', 'data-alone', 'older', 'retried', 'writer', 'uninstallable', 'powerless', 'without-fallback'];
const MORE: readonly Name[] = ['linux', 'small', 'offline', 'killed', 'killed-late', 'unanswered', 'refused', 'shared'];

let bench: VssBench<Name>;

beforeAll(async () => {
  bench = await VssBench.open<Name>(CASES);
  await bench.fault({ kind: 'kill-function', action: 'SendCommand', instanceId: bench.idOf('killed') });
  await bench.fault({ kind: 'kill-function', action: 'PutEvents', instanceId: bench.idOf('killed-late'), skip: 1 });
  await bench.fault({ kind: 'lost-answer', action: 'SendCommand', instanceId: bench.idOf('unanswered') });
  await bench.fault({ kind: 'error', action: 'SendCommand', code: 'InvalidDocument', instanceId: bench.idOf('refused') });
  await bench.deadLetter('dead');
  await bench.run([...NAMES, ...MORE], ['killed', 'killed-late']);
}, 300_000);

afterAll(() => bench?.end());

test('one command makes a set, which VSS’s word makes `reported`', async () => {
  expect(bench.told('good')).toEqual(['VSS initiated', 'VSS success', 'CLOSED reported vss-consistent']);
  expect(await bench.sets('good')).toEqual(['vss 1 reported vss-consistent']);
  expect(bench.closing('good')).toMatchObject({ result: 'success', cause: '', execution_handler: 'AWS_VSS_BACKUP', attempts: 1 });
  expect(bench.commands('good')).toHaveLength(1);
});

test('its event is as in DLM’s sample', () => {
  const success = bench.eventsOf('good').find((event) => event['detail-type'] === SCRIPT_DETAIL_TYPE && wordsOf(event) === 'VSS success');
  const detail = scriptDetailSchema.parse(success?.detail);
  expect(detail).toMatchObject({ script_stage: '', result: 'success', cause: '', execution_handler: 'AWS_VSS_BACKUP', timeout_time: '' });
  expect(detail.resources.map(({ source }) => source.split('/').at(-1)).sort()).toEqual([...bench.volumesOf('good')].sort());
});

test('its snapshots carry all that others do, by the instance and by the worker, and are confirmed like them', async () => {
  const [first] = await bench.tags('good');
  expect(first).toEqual({
    ...{ AppConsistent: 'true', AwsVssConfig: expect.any(String), Device: expect.stringMatching(/^\/dev\/sd/) },
    Team: 'db, 1;2',
    'stillpoint:policy-id': 'good',
    'stillpoint:schedule-name': SCHEDULE,
    'stillpoint:execution-id': bench.closing('good').execution_id,
    'stillpoint:instance-id': bench.idOf('good'),
    'stillpoint:attempt': '1',
    'stillpoint:consistency': 'reported',
    'stillpoint:members': '2',
    'stillpoint:reason': 'vss-consistent',
    'stillpoint:expiration-time': expect.stringMatching(/^\d{4}-.*Z$/),
    'stillpoint:confirmed': expect.stringMatching(/^\d{4}-.*Z$/),
  });
});

test('without the boot volume, whose snapshot nobody misses', async () => {
  expect(bench.told('data-alone').at(-1)).toBe('CLOSED reported vss-consistent');
  expect(bench.closing('data-alone').resources.map(({ source }) => source.split('/').at(-1))).toEqual([bench.volumesOf('data-alone')[1]]);
});

test('the older document by choice', () => {
  expect(bench.told('older').at(-1)).toBe('CLOSED reported vss-consistent');
  expect(bench.commands('older')[0]).toContain('AWSEC2-CreateVssSnapshot');
  expect(bench.commands('good')[0]).toContain('AWSEC2-VssInstallAndSnapshot');
});

test('its snapshots are shared and restored fast as others are', async () => {
  const marks = { 'stillpoint:shared-until': 'forever', 'stillpoint:fast-restore': 'eu-west-1a' };
  expect(await bench.tags('shared')).toEqual([expect.objectContaining(marks), expect.objectContaining(marks)]);
});

test('a failed one is tried again in another invocation; what it made all the same is told', async () => {
  const words = ['VSS initiated', 'VSS failed', 'VSS initiated', 'VSS success', 'CLOSED reported vss-consistent'];
  expect(bench.told('retried')).toEqual(words);
  expect(await bench.sets('retried')).toEqual(['vss 1 crash vss-failed', 'vss 2 reported vss-consistent']);
  expect(bench.logged('execution received', bench.idOf('retried'))).toBe(2);
});

const FALLBACK = (reason: string) => [`ours  crash ${reason}`];

test.each<readonly [Name, string, readonly string[]]>([
  ['writer', 'vss-not-consistent', ['vss 1 crash vss-not-consistent']],
  ['uninstallable', 'vss-failed', FALLBACK('vss-failed')],
  ['powerless', 'vss-failed', FALLBACK('vss-failed')],
  ['without-fallback', 'vss-failed', []],
  ['refused', 'vss-refused', FALLBACK('vss-refused')],
])('%s: %s', async (name, reason, made) => {
  expect(bench.told(name)).toContain('VSS failed');
  expect(bench.told(name).at(-1)).toBe(`CLOSED ${made.length === 0 ? 'none' : 'crash'} ${reason}`);
  expect(await bench.sets(name)).toEqual(made);
});

test.each<readonly [Name, string]>([
  ['linux', 'vss-not-windows'],
  ['small', 'vss-instance-type'],
  ['offline', 'agent-offline'],
])('%s: nothing is sent, and the fallback says why', async (name, reason) => {
  expect(bench.told(name)).toEqual(['VSS failed', `CLOSED crash ${reason}`]);
  expect(await bench.sets(name)).toEqual(FALLBACK(reason));
  expect(bench.commands(name)).toEqual([]);
});

test('an instance without the right says which one it lacks', () => {
  expect(bench.closing('powerless').detail).toMatch(/ is not authorized to perform ec2:CreateSnapshots on /);
});

test.each<Name>(['killed', 'killed-late', 'unanswered'])('%s: the command is found and followed, never sent again', async (name) => {
  expect(bench.commands(name)).toHaveLength(1);
  expect(bench.told(name).at(-1)).toBe('CLOSED reported vss-consistent');
  expect(await bench.sets(name)).toEqual(['vss 1 reported vss-consistent']);
});

test.each<readonly [Name, readonly string[]]>([
  ['good', []],
  ['linux', ['vss']],
  ['small', ['vss']],
  ['powerless', ['vss']],
  ['offline', ['agent']],
])('a preflight of %s finds amiss %j, and sends nothing', async (name, checks) => {
  const sent = bench.commands(name).length;
  expect(await bench.preflight(name)).toEqual(checks);
  expect(bench.commands(name)).toHaveLength(sent);
});

test('a dead letter is looked after, and has nothing to thaw', () => {
  expect(bench.told('dead')).toEqual(['CLOSED none thaw-only']);
  expect(bench.commands('dead')).toEqual([]);
});

test('nobody is told that something might be frozen', () => {
  expect(bench.events.filter((event) => /Frozen|Thaw/.test(event['detail-type']))).toEqual([]);
});

test('metrics count instances', () => {
  expect(bench.logged('"VSSBackupCompleted":1')).toBe(8);
  expect(bench.logged('"VSSBackupFailed":1')).toBe(8);
});
