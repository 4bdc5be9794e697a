import { HANA_DOCUMENT } from '../../../lambda/core/policy/execution-handler';
import type { PreflightFacts } from '../../../lambda/core/preflight/facts';
import { targetReport } from '../../../lambda/core/preflight/target-report';
import { ROOM_FOR_TAGS } from '../../../lambda/core/snapshot-tags';
import { ended, goodFacts, NOW } from './facts';
import { samplePolicy } from './policy';

const { instance: goodInstance, document: goodDocument } = goodFacts();
const instance = (over: object) => ({ instance: goodInstance && { ...goodInstance, ...over } });
const contract = (over: object) => ({
  document: goodDocument?.ok === true ? { ...goodDocument, contract: { ...goodDocument.contract, ...over } } : goodDocument,
});
const place = (over: object = {}) => ({ mount: '/srv', type: 'ext4', volumes: ['vol-1'], ...over });

const tagged = (tags: Readonly<Record<string, string>>) =>
  instance({
    volumes: [
      { volumeId: 'vol-0', root: true, tags: new Map() },
      { volumeId: 'vol-1', root: false, tags: new Map(Object.entries(tags)) },
    ],
  });

const told = (facts: PreflightFacts, result: 'warning' | 'failed') =>
  targetReport(facts)
    .findings.filter((finding) => finding.result === result)
    .map(({ check, found }) => `${check}: ${found}`);

describe('a target that would end as application', () => {
  test('has no finding but ok ones', () => {
    const report = targetReport(goodFacts());
    expect(report).toMatchObject({
      ...{ application: true, name: 'orders', agent: 'online 3.3.0.0', document: 'stillpoint-filesystem 4' },
      ...{ lastSet: '24 h ago, application', frozen: ['/data'], left: ['/ (root)'], volumes: 2, covered: 1, schedules: ['Nightly'] },
    });
    expect(report.findings.filter(({ result }) => result !== 'ok')).toEqual([]);
    expect(report.findings.map(({ check }) => check)).toEqual([
      ...['policy', 'instance', 'instance-profile', 'agent', 'document', 'dry-run', 'clock', 'freezes', 'rights', 'tags'],
      ...['other-scripts', 'last-set'],
    ]);
  });

  test.each<[string, Partial<PreflightFacts>, string]>([
    [
      'an agent that registered without a profile',
      instance({ profile: undefined }),
      'instance-profile: none: its agent registered another way',
    ],
    ['a clock that is a little off', { dryRun: ended({ time: '2026-11-21T03:00:16.000Z' }) }, "clock: 6 s ahead of AWS's"],
    ['a clock that is behind', { dryRun: ended({ time: '2026-11-21T02:00:08.000Z' }) }, "clock: 3600 s behind AWS's"],
    ['a document that does not tell its clock', { dryRun: ended({ time: undefined }) }, 'clock: the document does not tell it'],
    [
      "a dry-run's warning",
      { dryRun: ended({ checks: [{ name: 'agents', result: 'warning', detail: 'falcon' }] }) },
      'dry-run: agents: falcon',
    ],
    [
      'a post-script that records a backup',
      contract({ recordsBackupInPost: true }),
      'document: its post-script records a backup: no recovery thaw',
    ],
    [
      'an unproven newest set',
      { lastSet: { at: new Date('2026-11-21T02:20:10.000Z'), consistency: 'crash' } },
      'last-set: 40 min ago, crash',
    ],
    [
      'a canary tag that it lacks',
      { policy: samplePolicy(undefined, { Stillpoint: { CanaryTag: { Key: 'canary', Value: 'yes' } } }) },
      'policy: left out: no canary tag canary = yes',
    ],
    [
      'the crash-consistent fallback with SAP HANA',
      { policy: samplePolicy([{ name: 'Nightly', script: { ExecutionHandler: HANA_DOCUMENT } }]) },
      'policy: the crash-consistent fallback is on with SAP HANA',
    ],
    ['a disabled policy', { policy: samplePolicy(undefined, { State: 'DISABLED' }) }, 'policy: disabled: nothing is planned'],
    [
      'a schedule without a script beside one with',
      { policy: samplePolicy([{ name: 'Nightly', script: {} }, { name: 'Weekly' }]) },
      'policy: no script in schedule Weekly: its own sets are crash-consistent',
    ],
  ])('may have a warning: %s', (_, over, expected) => {
    expect(targetReport(goodFacts(over)).application).toBe(true);
    expect(told(goodFacts(over), 'warning')).toEqual([expected]);
  });

  test('may never have had a set', () => {
    expect(targetReport(goodFacts({ lastSet: undefined }))).toMatchObject({ application: true, lastSet: 'none yet' });
  });

  test('may have its data on the root filesystem under a write lock, as the proof has it', () => {
    const root = { mount: '/', type: 'xfs', volumes: ['vol-0'], reason: 'root', application: true };
    const facts = goodFacts({ dryRun: ended({ freeze: [], leave: [root], writeLocked: true }) });
    expect(targetReport(facts).application).toBe(true);
  });
});

describe('a target that would not', () => {
  const rows: [string, Partial<PreflightFacts>, ...string[]][] = [
    ['no such instance', { instance: undefined }, 'instance: EC2 knows no such instance'],
    ['no target tag', instance({ tags: new Map() }), 'instance: carries no target tag of the policy'],
    ['no volumes', { ...instance({ volumes: [] }), dryRun: { kind: 'not-sent' } }, 'instance: no EBS volume is attached'],
    ['stopped', instance({ state: 'stopped' }), 'instance: stopped: no script can run'],
    ['starting', instance({ state: 'pending' }), 'instance: its state is pending'],
    ['unmanaged', { agent: { kind: 'unmanaged' } }, 'agent: Systems Manager does not know the instance'],
    [
      'agent offline',
      { agent: { kind: 'managed', online: false, version: '3.1.0.0', platform: 'Linux' } },
      'agent: version 3.1.0.0 has lost its connection',
    ],
    [
      'a region without Systems Manager',
      { agent: { kind: 'unreachable', error: 'ENOTFOUND: ssm.xx-none-1.amazonaws.com' } },
      'agent: Systems Manager can not be asked: ENOTFOUND: ssm.xx-none-1.amazonaws.com',
    ],
    ['a broken document', { document: { ok: false, problem: 'document x: no' } }, 'document: document x: no'],
    [
      'a document for another platform',
      { agent: { kind: 'managed', online: true, version: '3', platform: 'Windows' } },
      'document: stillpoint-filesystem is for Linux, the instance runs Windows',
    ],
    ['a guardian that lets go too soon', contract({ autoThawSeconds: 9 }), 'document: stillpoint-filesystem thaws by itself after 9 s'],
    [
      'a document without dry-run',
      { ...contract({ dryRun: false }), dryRun: { kind: 'not-sent' } },
      'document: stillpoint-filesystem does not list dry-run among what its parameter command takes',
    ],
    [
      'rights on the set',
      { rights: { allowed: false, code: 'UnauthorizedOperation', message: 'no' } },
      'rights: ec2:CreateSnapshots: UnauthorizedOperation: no',
    ],
    [
      'rights on the document',
      { dryRun: { kind: 'refused', code: 'AccessDeniedException', message: 'not authorized' } },
      'rights: ssm:SendCommand: not authorized',
    ],
    [
      'refused by SSM',
      { dryRun: { kind: 'refused', code: 'InvalidParameters', message: 'x' } },
      'dry-run: Systems Manager refused it: InvalidParameters: x',
    ],
    [
      'no answer',
      { dryRun: { kind: 'no-answer', status: 'DeliveryTimedOut' } },
      "dry-run: no end in time; Systems Manager's last status: DeliveryTimedOut",
    ],
    [
      'no line',
      { dryRun: { ...ended(), kind: 'ended', sentAt: NOW, seenAt: NOW, exitCode: 0, line: undefined } },
      'dry-run: it prints no line of our contract',
    ],
    [
      'an exit code without a line',
      { dryRun: { kind: 'ended', sentAt: NOW, seenAt: NOW, exitCode: 127, line: undefined } },
      'dry-run: it exited with 127, without a line of our contract',
    ],
    [
      'not ready, told by a check',
      { dryRun: ended({ ready: false, exitCode: 206, error: 'down', checks: [{ name: 'ready', result: 'failed', detail: 'down' }] }) },
      'dry-run: ready: down',
    ],
    [
      'not ready, told by the error alone',
      { dryRun: ended({ ready: false, exitCode: 201, error: 'no tools' }) },
      'dry-run: no tools (a pre-script would exit with 201)',
    ],
    [
      'a clock beyond the deadline',
      { dryRun: ended({ time: '2026-11-21T03:00:20.000Z' }) },
      "clock: 10 s ahead of AWS's: a pre-script would refuse its deadline",
    ],
    [
      'files that are not frozen',
      { dryRun: ended({ leave: [place({ reason: 'unsupported', application: true })] }) },
      'freezes: /srv (ext4) holds files of the application and is not frozen: unsupported',
    ],
    [
      'files on the root without a write lock',
      { dryRun: ended({ leave: [place({ mount: '/', reason: 'root', application: true })] }) },
      'freezes: / (ext4) holds files of the application and is not frozen: root',
    ],
    ['nothing to freeze', { dryRun: ended({ freeze: [] }) }, 'freezes: nothing'],
    ['unknown volumes', { dryRun: ended({ freeze: [place({ volumes: [] })] }) }, 'freezes: which EBS volumes /srv lies on can not be told'],
    [
      'a volume outside of the set',
      { dryRun: ended({ freeze: [place({ volumes: ['vol-1', 'vol-9'] })] }) },
      'freezes: /srv lies on vol-9, which EC2 does not show as attached',
    ],
    [
      'a volume that the policy excludes',
      {
        policy: samplePolicy(undefined, { Parameters: { ExcludeDataVolumeTags: [{ Key: 'scratch', Value: '' }] } }),
        ...tagged({ scratch: '' }),
      },
      'freezes: /data lies on vol-1, which the policy excludes: such sets are crash-consistent',
    ],
    [
      'no volume that the policy does not exclude',
      {
        policy: samplePolicy(undefined, {
          Parameters: { ExcludeBootVolume: true, ExcludeDataVolumeTags: [{ Key: 'scratch', Value: '' }] },
        }),
        ...tagged({ scratch: '' }),
        dryRun: ended({ freeze: [], leave: [], ready: false, exitCode: 206, error: 'down' }),
      },
      'dry-run: down (a pre-script would exit with 206)',
      'volumes: all attached volumes are excluded: vol-0, vol-1',
    ],
    ["another sender's pre-script", { foreignPreScript: 'dlm at 3' }, 'other-scripts: a pre-script of another sender is open: dlm at 3'],
    [
      'the stop switch',
      { brakes: { readable: true, stop: { since: NOW, reason: 'audit' }, pause: undefined, full: undefined } },
      'policy: held by a brake, stop-switch: set at 2026-11-21T03:00:10.000Z: audit',
    ],
    [
      'a paused policy',
      {
        brakes: { readable: true, stop: undefined, pause: { since: NOW, reason: '3 incidents', executionId: undefined }, full: undefined },
      },
      'policy: paused at 2026-11-21T03:00:10.000Z: 3 incidents; to go on: npm run brakes -- resume nightly',
    ],
    [
      'brakes that can not be read',
      { brakes: { readable: false, why: 'no answer' } },
      "policy: held by a brake, unreadable: the table stillpoint-brakes can't be read: no answer",
    ],
    ['no script at all', { policy: samplePolicy([{ name: 'Nightly' }]) }, 'policy: no schedule has a script: sets are crash-consistent'],
    ['PRE alone', { policy: samplePolicy([{ name: 'Nightly', script: { Stages: ['PRE'] } }]) }, 'policy: its stages are PRE alone'],
  ];

  test.each(rows)('%s', (_, over, ...expected) => {
    expect(targetReport(goodFacts(over)).application).toBe(false);
    expect(told(goodFacts(over), 'failed')).toEqual(expected);
  });

  test('is told what to do, each time', () => {
    const bad = rows.flatMap(([, over]) => targetReport(goodFacts(over)).findings.filter(({ result }) => result === 'failed'));
    expect(bad.filter(({ advice }) => advice === '')).toEqual([]);
  });
});

test('what an instance tells can not act on a terminal', () => {
  const report = targetReport(
    goodFacts({
      ...instance({ tags: new Map([['Name', 'a\u001b[2J']]) }),
      dryRun: ended({ ready: false, error: '\u001b]0;x\u0007', freeze: [place({ mount: '/\u009b1m' })] }),
    }),
  );
  expect(JSON.stringify(report)).not.toMatch(/\\u00|\p{Cc}/u);
});

describe('the volumes of the set', () => {
  const findings = (over: Partial<PreflightFacts>, check: string) =>
    targetReport(goodFacts(over))
      .findings.filter((finding) => finding.check === check)
      .map(({ result, found }) => `${result} ${found}`);
  const copying = (TagsToAdd: readonly object[] = []) => {
    const { Schedules } = samplePolicy();
    return { policy: samplePolicy(undefined, { Schedules: Schedules.map((one) => ({ ...one, CopyTags: true, TagsToAdd })) }) };
  };

  test('are told where the policy excludes any', () => {
    const policy = samplePolicy(undefined, { Parameters: { ExcludeBootVolume: true } });
    expect(findings({ policy }, 'volumes')).toEqual(['ok 1 of 2 in the set, without vol-0']);
    expect(targetReport(goodFacts({ policy }))).toMatchObject({ application: true, volumes: 1, covered: 1 });
  });

  test('have the tags of ours, the policy and the volumes, as many as fit', () => {
    const many = Object.fromEntries(Array.from({ length: ROOM_FOR_TAGS + 2 }, (_, index) => [`k${String(index).padStart(2, '0')}`, '']));
    const own = 50 - ROOM_FOR_TAGS;
    expect(findings({ ...copying([{ Key: 'Team', Value: 'db' }]), ...tagged({ Name: 'orders', Team: 'x' }) }, 'tags')).toEqual([
      `ok at most ${own + 2} of 50, and coordinates where there is room`,
    ]);
    expect(findings({ ...copying(), ...tagged(many) }, 'tags')).toEqual([
      `warning no room to copy k${ROOM_FOR_TAGS}, k${ROOM_FOR_TAGS + 1} of vol-1`,
    ]);
  });
});
