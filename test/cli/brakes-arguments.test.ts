import { parseBrakesArguments } from '../../cli/brakes/arguments';
import { statusOf, statusText } from '../../cli/brakes/status';
import type { PolicyState } from '../../lambda/core/policy-state/policy-state';

const parsed = (line: string) => parseBrakesArguments(line.split(' ').filter(Boolean));

test.each([
  ['status', { do: 'status', json: false }],
  ['status --json', { do: 'status', json: true }],
  ['stop', { do: 'stop', reason: 'no reason given' }],
  ['stop --reason drill', { do: 'stop', reason: 'drill' }],
  ['resume', { do: 'resume' }],
  ['resume nightly', { do: 'resume-policy', policyId: 'nightly' }],
  ['pause nightly --reason drill', { do: 'pause-policy', policyId: 'nightly', reason: 'drill' }],
])('%s', (line, command) => {
  expect(parsed(line)).toEqual({ kind: 'run', command, policiesFolder: 'policies' });
});

test('--policies names another folder, --help asks for help', () => {
  expect(parsed('pause a --policies other')).toMatchObject({ policiesFolder: 'other' });
  expect(parsed('stop --help')).toEqual({ kind: 'help' });
});

test.each([
  ['', 'no command; there are: status'],
  ['halt', 'unknown command halt'],
  ['pause', 'pause needs a policy; to hold everything: stop'],
  ['stop nightly', 'stop takes no policy: found nightly'],
  ['status nightly', 'status takes no policy'],
  ['resume a b', 'too many words: b'],
  ['stop --json', '--json is for status'],
  ['resume --reason x', '--reason is for stop and pause'],
  ['stop --force', '--force'],
])('"%s" is refused: %s', (line, told) => {
  expect(parsed(line)).toEqual({ kind: 'wrong', message: expect.stringContaining(told) });
});

describe('the status', () => {
  const now = new Date('2026-11-21T03:00:00.000Z');
  const later = new Date('2026-11-21T03:05:00.000Z');
  const pause = { since: now, reason: 'too many', executionId: 'e2' };
  const inState = (state: PolicyState['state']): PolicyState => ({
    ...{ state, since: now, due: now, by: 'e5', version: 1 },
    fault: { kind: 'document', handler: 'doc', cause: 'no such document' },
  });
  const state = {
    stop: { since: now, reason: 'drill' },
    policies: new Map([['nightly', { incidents: ['e1', 'e2'], pause }]]),
    states: new Map([
      ['nightly', inState('ERROR')],
      ['weekly', inState('ENABLED')],
    ]),
    slots: [
      { scope: 'account' as const, slot: { number: 1, executionId: 'e3', expires: later } },
      { scope: { policyId: 'nightly' }, slot: { number: 1, executionId: 'e4', expires: now } },
    ],
  };

  test('says what is set, how to go on, and leaves out slots whose time is over', () => {
    expect(statusText(statusOf(state, now)).split('\n')).toEqual([
      'Stop switch: SET since 2026-11-21T03:00:00.000Z: drill; to go on: npm run brakes -- resume',
      'Paused policies:',
      '  nightly  since 2026-11-21T03:00:00.000Z: too many; to go on: npm run brakes -- resume nightly',
      'Policies in ERROR (they run; docs/runbook.md, Policy faults):',
      '  nightly  since 2026-11-21T03:00:00.000Z, document: no such document',
      'Incidents counted (cause 203, Possibly Frozen):',
      '  nightly  e1',
      '  nightly  e2',
      'Freeze slots taken:',
      '  account  e3, at most until 2026-11-21T03:05:00.000Z',
    ]);
  });

  test('says so when nothing is', () => {
    expect(statusText(statusOf({ stop: undefined, policies: new Map(), states: new Map(), slots: [] }, now))).toBe(
      [
        ...['Stop switch: off', 'Paused policies: none', 'Policies in ERROR (they run; docs/runbook.md, Policy faults): none'],
        ...['Incidents counted (cause 203, Possibly Frozen): none', 'Freeze slots taken: none'],
      ].join('\n'),
    );
  });
});
