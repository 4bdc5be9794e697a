import {
  afterSighting,
  type Fault,
  type PolicyState,
  type Sighting,
  type StateChange,
} from '../../../lambda/core/policy-state/policy-state';

const hour = (hours: number): Date => new Date(Date.UTC(2026, 10, 21, hours));
const DOCUMENT: Fault = { kind: 'document', handler: 'doc', cause: 'gone' };
const RIGHT: Fault = { kind: 'create-snapshots', handler: '', cause: 'refused' };

const is = (state: PolicyState['state'], due: number, more: Partial<PolicyState> = {}): PolicyState => ({
  ...{ state, since: hour(due), fault: DOCUMENT, due: hour(due), by: 'first', version: 4, ...more },
});
const sees = (due: number, fault: Fault | undefined, more: Partial<Sighting> = {}): Sighting => ({
  ...{ due: hour(due), by: 'me', at: hour(due + 0.5), fault, passed: () => true, repeats: true, ...more },
});

/** `ERROR told`, `ENABLED told`, `ERROR untold`, `again`, `nothing`. */
const inWords = (change: StateChange | undefined): string => {
  if (change === undefined) return 'nothing';
  return change.write ? `${change.state.state} ${change.tell ? 'told' : 'untold'}` : 'again';
};

test.each<readonly [string, PolicyState | undefined, Sighting, string]>([
  ['the first fault', undefined, sees(3, DOCUMENT), 'ERROR told'],
  ['no fault, and there never was one', undefined, sees(3, undefined), 'nothing'],
  ['another execution of the run meets it, too', is('ERROR', 3), sees(3, DOCUMENT), 'nothing'],
  ['a later run meets it again: still the same ERROR', is('ERROR', 3), sees(4, DOCUMENT), 'ERROR untold'],
  ['a later run meets something else: still ERROR', is('ERROR', 3), sees(4, RIGHT), 'ERROR untold'],
  ['an execution of an older run meets it', is('ERROR', 3), sees(2, RIGHT), 'nothing'],
  ['another execution of the same run has passed', is('ERROR', 3), sees(3, undefined), 'nothing'],
  ['an execution of an older run has passed', is('ERROR', 3), sees(2, undefined), 'nothing'],
  ['a later run has passed', is('ERROR', 3), sees(4, undefined), 'ENABLED told'],
  ['a later run did not come that far', is('ERROR', 3), sees(4, undefined, { passed: () => false }), 'nothing'],
  ['and back: a fault of a still later run', is('ENABLED', 4), sees(5, DOCUMENT), 'ERROR told'],
  ['of one run one passed first and then another met it', is('ENABLED', 4), sees(4, DOCUMENT), 'ERROR told'],
  ['a fault of an older run, told when it was over', is('ENABLED', 4), sees(3, DOCUMENT), 'nothing'],
  ['a later run passes again', is('ENABLED', 4), sees(5, undefined), 'nothing'],
  ['its own ERROR, by a worker that may not have told', is('ERROR', 3, { by: 'me' }), sees(3, DOCUMENT), 'again'],
  ['its own ENABLED, by a worker that may not have told', is('ENABLED', 4, { by: 'me' }), sees(4, undefined), 'again'],
  ['its own, which it does not repeat', is('ERROR', 3, { by: 'me' }), sees(3, DOCUMENT, { repeats: false }), 'nothing'],
])('%s', (_case, current, seen, expected) => {
  expect(inWords(afterSighting(current, seen))).toBe(expected);
});

test('a change says since when, by whom, at which run, and counts up', () => {
  expect(afterSighting(is('ERROR', 3), sees(4, undefined))?.state).toEqual({
    ...{ state: 'ENABLED', since: hour(4.5), fault: DOCUMENT, due: hour(4), by: 'me', version: 5 },
  });
  expect(afterSighting(undefined, sees(3, RIGHT))?.state).toMatchObject({ state: 'ERROR', fault: RIGHT, version: 1 });
});

test('an ERROR that goes on keeps since when and by whom, and says what was met last', () => {
  expect(afterSighting(is('ERROR', 3), sees(4, RIGHT))?.state).toEqual(is('ERROR', 3, { fault: RIGHT, due: hour(4), version: 5 }));
});

test('it is the stored fault that has to be passed', () => {
  const asked: Fault[] = [];
  const passed = (fault: Fault) => asked.push(fault) > 0;
  afterSighting(is('ERROR', 3, { fault: RIGHT }), sees(4, undefined, { passed }));
  expect(asked).toEqual([RIGHT]);
});
