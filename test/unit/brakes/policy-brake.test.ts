import { brakeSettings, limitsFor } from '../../../lambda/core/brakes/brake-settings';
import { afterIncident, isIncident, type PolicyBrake } from '../../../lambda/core/brakes/policy-brake';
import { conclude } from '../../../lambda/core/execution/conclude';
import type { Attempt, Facts } from '../../../lambda/core/execution/facts';
import * as f from '../execution/fixtures';
import { policy } from '../policy-fixture';

const incident = (...attempts: readonly Partial<Attempt>[]): boolean => {
  const facts: Facts = { attempts: attempts.map((changes, index) => f.attempt({ number: index + 1, ...changes })) };
  return isIncident(facts, conclude({ executionId: 'e', plan: f.plan(), thawOnly: false }, facts));
};
const GOOD = { pre: f.succeeded(), set: f.created, posts: [f.succeeded()] };
const AUTO_THAWED = { pre: f.succeeded(), set: f.created, posts: [f.failed(203)] };

describe('an incident', () => {
  test('is 203 in the only attempt', () => expect(incident(AUTO_THAWED)).toBe(true));
  test('is 203 in any attempt, also when a later one was good', () => expect(incident(AUTO_THAWED, GOOD)).toBe(true));
  test('is a thaw that nobody confirmed', () =>
    expect(incident({ pre: f.succeeded(), set: f.created, posts: [f.failed(202), f.failed(202)] })).toBe(true));
  test('is no failure of another kind', () => expect(incident({ pre: f.failed(206) }, GOOD)).toBe(false));
  test('is no success', () => expect(incident(GOOD)).toBe(false));
});

const brake = (incidents: readonly string[], pausedBy?: string): PolicyBrake => ({
  incidents,
  pause: pausedBy === undefined ? undefined : { since: f.AT, reason: 'r', executionId: pausedBy },
});

test.each<readonly [string, PolicyBrake, pauseAfter: number, string]>([
  ['fewer than N come to nothing', brake(['me', 'b']), 3, 'nothing'],
  ['the Nth pauses', brake(['me', 'b', 'c']), 3, 'pause'],
  ['so does one beyond N that came at the same moment', brake(['me', 'b', 'c', 'd']), 3, 'pause'],
  ['where another execution has paused already there is nothing to do', brake(['me', 'b', 'c'], 'b'), 3, 'nothing'],
  ['a pause of its own is told again', brake(['me', 'b', 'c'], 'me'), 3, 'tell-again'],
  ['0 is never', brake(['me', 'b', 'c']), 0, 'nothing'],
])('incidents: %s', (_case, counted, pauseAfter, expected) => {
  expect(afterIncident(counted, pauseAfter, 'me')).toBe(expected);
});

describe('a policy’s brakes', () => {
  test('are three incidents and no limit unless it says otherwise', () => {
    expect(brakeSettings('nightly', policy(), 0)).toEqual({ limits: [], pauseAfter: 3 });
    expect(brakeSettings('gone', undefined, 0)).toEqual({ limits: [], pauseAfter: 3 });
  });

  test('are what it says, and the account’s limit', () => {
    const settings = brakeSettings('nightly', policy({ Stillpoint: { MaximumFreezes: 2, PauseAfter: 0 } }), 5);
    const limits = [
      { scope: { policyId: 'nightly' }, maximum: 2 },
      { scope: 'account', maximum: 5 },
    ];
    expect(settings).toEqual({ limits, pauseAfter: 0 });
    expect(limitsFor(settings, f.plan())).toEqual(limits);
  });

  test('limit what freezes alone', () => {
    const settings = brakeSettings('nightly', undefined, 5);
    expect(limitsFor(settings, f.plan({ stages: ['post'] }))).toEqual([]);
    expect(limitsFor(settings, undefined)).toEqual([]);
  });
});
