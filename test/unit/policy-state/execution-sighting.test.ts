import type { Attempt, EndedScript, Facts, SnapshotSet } from '../../../lambda/core/execution/facts';
import { type Closing, faultOf, passed } from '../../../lambda/core/policy-state/execution-sighting';
import type { FaultKind } from '../../../lambda/core/policy-state/policy-state';
import * as f from '../execution/fixtures';
import { policy, schedule, script } from '../policy-fixture';

const refused = (code: string): Extract<EndedScript, { kind: 'refused' }> => ({
  ...{ kind: 'refused', sentAt: f.AT, endedAt: f.LATER, code, message: 'no' },
});
const failedSet = (code: string): SnapshotSet => ({ kind: 'failed', code, message: 'no' });
const DENIED = refused('AccessDeniedException');
const UNAUTHORIZED = failedSet('UnauthorizedOperation');
const GOOD = { pre: f.succeeded(), set: f.created, posts: [f.succeeded()] };

const of = (attempts: readonly Partial<Attempt>[], more: Partial<Closing> = {}, plainSet?: SnapshotSet): Closing => {
  const facts: Facts = { attempts: attempts.map((changes, index) => f.attempt({ number: index + 1, ...changes })), plainSet };
  return {
    ...{ plan: f.plan(), document: { ok: true }, facts },
    ...{ policy: policy({ Schedules: [schedule({ Scripts: [script()] })] }), ...more },
  };
};
const withRefusal = (why: 'auto-thaw-too-short' | 'document-refused' | 'agent-offline'): Partial<Attempt> => ({
  refusal: { why, detail: 'd' },
});
const MISSING = { document: { ok: false, problem: 'document doc: InvalidDocument: gone' } } as const;
const VSS: Partial<Closing> = {
  plan: {
    ...{ executionHandler: 'AWS_VSS_BACKUP', document: 'AWSEC2-VssInstallAndSnapshot', executeOperationOnScriptFailure: true },
    ...{ maximumRetryCount: 0, retryPause: 60 },
  },
  document: undefined,
};
const NO_SCRIPTS = { plan: undefined, document: undefined };

test.each<readonly [string, Closing, FaultKind | undefined]>([
  ['all went well', of([GOOD]), undefined],
  ['the document can’t be used', of([withRefusal('document-refused')], MISSING, f.created), 'document'],
  ['the same, of a stopped instance whose set needed none', of([], MISSING, f.created), 'document'],
  ['the document would thaw too early', of([withRefusal('auto-thaw-too-short')]), 'document'],
  ['a document for another platform than the instance’s', of([withRefusal('document-refused')]), undefined],
  ['SendCommand refused the pre-script for missing rights', of([{ pre: DENIED }], {}, f.created), 'send-command'],
  ['SendCommand refused the command of VSS', of([{ vss: DENIED }], VSS), 'send-command'],
  ['SendCommand refused the post-script for missing rights', of([{ ...GOOD, posts: [DENIED] }]), 'send-command'],
  ['the target itself refused, as SSM may tell it', of([{ pre: refused('AccessDenied') }]), 'send-command'],
  ['the document went meanwhile', of([{ pre: refused('InvalidDocument') }]), 'document'],
  ['the document takes other parameters', of([{ pre: refused('InvalidParameters') }]), 'document'],
  ['the instance left Systems Manager', of([{ pre: refused('InvalidInstanceId') }]), undefined],
  ['CreateSnapshots refused for missing rights', of([{ ...GOOD, set: UNAUTHORIZED }]), 'create-snapshots'],
  ['the same, of a set without scripts', of([{}], NO_SCRIPTS, UNAUTHORIZED), 'create-snapshots'],
  ['CreateSnapshots was throttled', of([{ ...GOOD, set: f.createFailed }]), undefined],
  ['a script failed', of([{ pre: f.failed(206) }], {}, f.created), undefined],
  ['the agent is away', of([withRefusal('agent-offline')], {}, f.created), undefined],
  ['two at once: the first on the way', of([{ pre: DENIED, set: UNAUTHORIZED }]), 'send-command'],
])('fault: %s', (_case, closing, expected) => {
  expect(faultOf(closing)?.kind).toBe(expected);
});

test('a fault names the document and what AWS said', () => {
  expect(faultOf(of([{ pre: DENIED }]))).toEqual({
    ...{ kind: 'send-command', handler: 'stillpoint-filesystem', cause: 'ssm:SendCommand: AccessDeniedException: no' },
  });
  expect(faultOf(of([{ ...GOOD, set: UNAUTHORIZED }]))).toMatchObject({
    ...{ handler: '', cause: 'ec2:CreateSnapshots: UnauthorizedOperation: no' },
  });
});

const OWN = 'stillpoint-filesystem';
const others = policy({ Schedules: [schedule({ Scripts: [script({ ExecutionHandler: 'other' })] })] });
const failedPre = of([{ pre: f.failed(206) }]);

test.each<readonly [string, Closing, FaultKind, handler: string, boolean]>([
  ['a document that was sent again', failedPre, 'document', OWN, true],
  ['a document that was read, of a stopped instance: it may still thaw too early', of([{}], {}, f.created), 'document', OWN, false],
  ['another schedule’s document', of([GOOD], { policy: others }), 'document', 'other', false],
  ['a document that no schedule names any more', of([GOOD]), 'document', 'other', true],
  ['a policy without scripts by now', of([{}], { ...NO_SCRIPTS, policy: policy() }, f.created), 'document', OWN, true],
  ['a command that was sent, whatever came of it', failedPre, 'send-command', OWN, true],
  ['no command sent: the agent was away', of([withRefusal('agent-offline')], {}, f.created), 'send-command', OWN, false],
  ['a command without an answer', of([{ pre: f.lost }]), 'send-command', OWN, false],
  ['a set that was made', of([GOOD]), 'create-snapshots', '', true],
  ['the fallback’s set', of([{ pre: f.failed(206) }], {}, f.created), 'create-snapshots', '', true],
  ['no set: the pre-script failed, and there is no fallback', failedPre, 'create-snapshots', '', false],
  ['a set after all calls before it', of([GOOD]), 'call', '', true],
  ['no set: expired before any call', of([]), 'call', '', false],
  ['it was planned', of([]), 'plan', '', true],
])('passed: %s', (_case, closing, kind, handler, expected) => {
  expect(passed(closing, { kind, handler, cause: 'c' })).toBe(expected);
});
