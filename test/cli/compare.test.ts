import { compare, formatDifference, type RunEnd } from '../../sandbox/cli/compare';
import { readOutcomes } from '../../sandbox/cli/outcome';
import type { EventEnvelope } from '../../sandbox/ports';
import type { Expectation, Restored } from '../../sandbox/scenario/scenario-file';
import { closingEvent, scriptEvent } from './support/events';

const run = (events: readonly EventEnvelope[], restored: Restored = 'whole', rest: Partial<RunEnd> = {}): RunEnd => ({
  mode: 'real',
  ended: readOutcomes(events).map((outcome) => ({ outcome, instance: 'web', restored })),
  touched: new Map(),
  frozen: new Map(),
  ...rest,
});

const differences = (end: RunEnd, ...expect: readonly Expectation[]): readonly string[] => compare(end, expect).map(formatDifference);

const proven = [scriptEvent({}), scriptEvent({ stage: 'POST' }), closingEvent()];
const notReady = [
  scriptEvent({ result: 'failed', cause: '206' }),
  closingEvent({ fields: { result: 'failed', cause: '206', consistency: 'crash', reason: 'pre-failed' } }),
];

describe('a run as expected has no differences', () => {
  it.each<[string, RunEnd, Expectation]>([
    [
      'every field named',
      run(proven),
      {
        instance: 'web',
        policy: 'nightly',
        result: 'success',
        consistency: 'application',
        cause: '',
        failures: [],
        attempts: 1,
        snapshots: 2,
        restored: 'whole',
      },
    ],
    ['a failure', run(notReady), { instance: 'web', result: 'failed', cause: '206', failures: ['PRE 206'], consistency: 'crash' }],
    ['a broken restore of a crash-consistent set', run(notReady, 'broken'), { instance: 'web', result: 'failed' }],
    ['an instance that nothing touched', run([]), { instance: 'web', untouched: true }],
    [
      'consistency on folders',
      run([closingEvent({ fields: { consistency: 'crash' } })], 'whole', { mode: 'directory' }),
      { instance: 'web', consistency: 'application' },
    ],
  ])('%s', (_, end, expectation) => {
    expect(differences(end, expectation)).toEqual([]);
  });

  it('success without being expected by name', () => {
    expect(differences(run(proven))).toEqual([]);
  });
});

describe('on folders, where nothing can be proven', () => {
  const unproven = { consistency: 'crash', reason: 'not-covered', result: 'failed' };
  const onFolders = (events: readonly EventEnvelope[]): RunEnd => run(events, 'whole', { mode: 'directory' });

  it('an execution whose scripts succeeded is a success', () => {
    expect(
      differences(onFolders([scriptEvent({}), closingEvent({ fields: unproven })]), { instance: 'web', consistency: 'application' }),
    ).toEqual([]);
  });

  it.each<[string, readonly EventEnvelope[]]>([
    ['a script failed', [scriptEvent({ result: 'failed', cause: '201' }), closingEvent({ fields: { ...unproven, cause: '201' } })]],
    ['there is no set', [scriptEvent({}), closingEvent({ fields: { ...unproven, resources: [] } })]],
    ['no script ran', [closingEvent({ fields: unproven })]],
  ])('it is not when %s', (_, events) => {
    expect(differences(onFolders(events), { instance: 'web' })).toEqual(['web: result: expected success, found failed']);
  });

  it('expectations for folders come before the others, and only there', () => {
    const expectation: Expectation = { instance: 'web', attempts: 1, onFolders: { attempts: 3 } };
    expect(differences(onFolders(proven), expectation)).toEqual(['web: attempts: expected 3, found 1']);
    expect(differences(run(proven), expectation)).toEqual([]);
  });
});

describe('a run that is not as expected tells each difference', () => {
  it.each<[string, RunEnd, Expectation, readonly string[]]>([
    ['another result', run(notReady), { instance: 'web', consistency: 'crash' }, ['web: result: expected success, found failed']],
    [
      'another consistency',
      run(proven),
      { instance: 'web', consistency: 'reported' },
      ['web: consistency: expected reported, found application'],
    ],
    [
      'another consistency on folders, where no proof is needed for it',
      run(proven, 'whole', { mode: 'directory' }),
      { instance: 'web', consistency: 'none' },
      ['web: consistency: expected none, found application'],
    ],
    ['another cause', run(proven), { instance: 'web', cause: '206' }, ['web: cause: expected 206, found ""']],
    ['fewer failures', run(proven), { instance: 'web', failures: ['POST 202'] }, ['web: failures: expected POST 202, found ""']],
    ['attempts', run(proven), { instance: 'web', attempts: 0 }, ['web: attempts: expected 0, found 1']],
    ['snapshots', run(proven), { instance: 'web', snapshots: 0 }, ['web: snapshots: expected 0, found 2']],
    [
      'a proven set that is broken, whether or not it was asked',
      run(proven, 'broken'),
      { instance: 'web' },
      ['web: restored: expected whole, found broken'],
    ],
    [
      'a set that was to be broken',
      run(notReady),
      { instance: 'web', result: 'failed', restored: 'broken' },
      ['web: restored: expected broken, found whole'],
    ],
    [
      'no execution',
      run([]),
      { instance: 'web', policy: 'nightly' },
      ['web: execution: expected one of policy nightly, found none that ended'],
    ],
    [
      'no execution of that policy',
      run(proven),
      { instance: 'web', policy: 'weekly' },
      ['web: execution: expected one of policy weekly, found none that ended'],
    ],
    [
      'an instance that was touched',
      run([], 'none', { touched: new Map([['web', ['SendCommand']]]) }),
      { instance: 'web', untouched: true },
      ['web: untouched: expected true, found SendCommand'],
    ],
  ])('%s', (_, end, expectation, expected) => {
    expect(differences(end, expectation)).toEqual(expected);
  });

  it('an execution that began and did not end', () => {
    const end = run([], 'none', { touched: new Map([['web', ['SendMessageBatch', 'SendCommand']]]) });
    expect(differences(end)).toEqual(['web: execution: expected an end, found SendMessageBatch, SendCommand']);
  });

  it('nothing at all', () => {
    expect(differences(run([]))).toEqual(['fleet: executions: expected one or more, found none: no instance has a tag of the policy']);
  });

  it('a failure that nobody expected', () => {
    expect(differences(run(notReady, 'whole'))).toEqual(['web: result: expected success, found failed']);
  });

  it('a filesystem that is still frozen', () => {
    expect(differences(run(proven, 'whole', { frozen: new Map([['web', ['/data', '/log']]]) }))).toEqual([
      'web: frozen: expected nothing, found /data, /log',
    ]);
  });
});
