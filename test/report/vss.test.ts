import { placeOf } from '../../lambda/core/event/common';
import { scriptDetailSchema } from '../../lambda/core/event/script-event';
import { vssEvent } from '../../lambda/core/event/vss-event';
import type { Attempt } from '../../lambda/core/execution/facts';
import { scriptPhases } from '../../report/model/scripts';
import { failureOf } from '../../report/page/tell';
import * as v from '../unit/vss/fixtures';

const context = {
  ...{ place: placeOf('arn:aws:stillpoint:eu-west-1:111122223333:policy/'), policyId: 'nightly', instanceId: 'i-1' },
  ...{ executionId: 'nightly@2026-11-21T03:00Z/i-1', executionHandler: 'AWS_VSS_BACKUP', timeoutMs: 0 },
};

/** What the report makes of an attempt by VSS that was told as initiated and as ended. */
const phasesOf = (attempt: Attempt) =>
  scriptPhases(
    [v.open, attempt.vss ?? v.open].map((vss) => ({
      ...{ kind: 'script', recovery: false, time: '2026-11-21T03:00:12Z', region: 'eu-west-1', account: '111122223333' },
      detail: scriptDetailSchema.parse(vssEvent(context, attempt, vss).detail),
    })),
  );

test.each<readonly [string, Partial<Attempt>, string]>([
  ['VSS’s word', { vss: v.succeeded, set: v.good }, ''],
  ['none of it', { vss: v.succeeded, set: v.inconsistent }, 'its snapshots are in doubt'],
  ['not in time', { vss: v.timedOut(), set: v.none }, 'timed out'],
])('a VSS backup is one phase of its attempt: %s', (_what, attempt, failure) => {
  const phases = phasesOf(v.attempt(attempt));
  expect(phases.map(({ kind, to }) => [kind, to !== undefined])).toEqual([['vss', true]]);
  expect(phases.map(failureOf)).toEqual([failure]);
});
