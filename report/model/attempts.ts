import type { TimelineEntry } from '../../lambda/core/event/timeline';
import type { StillpointEvent } from '../events/stillpoint-event';
import { freezePhase } from './freeze';
import { type AttemptPicture, around, moment, type SetPhase } from './picture';
import { scriptPhases } from './scripts';

type ScriptEvent = Extract<StillpointEvent, { kind: 'script' }>;

/** The attempts of an execution: their scripts from the script events, freeze and set from the closing event's timeline. */
export const attemptPictures = (scripts: readonly ScriptEvent[], timeline: readonly TimelineEntry[]): readonly AttemptPicture[] => {
  const numberOf = ({ detail }: ScriptEvent): number => detail.stillpoint.attempt;
  const numbers = [...new Set([...scripts.map(numberOf), ...timeline.map(({ attempt }) => attempt)])].sort(plainSetLast);
  return numbers.map((number) =>
    attemptPicture(
      number,
      scripts.filter((script) => numberOf(script) === number),
      timeline.find(({ attempt }) => attempt === number),
    ),
  );
};

/** The set without scripts has number 0, and is made when the attempts are over. */
const plainSetLast = (a: number, b: number): number => (a || Number.POSITIVE_INFINITY) - (b || Number.POSITIVE_INFINITY) || 0;

const attemptPicture = (number: number, events: readonly ScriptEvent[], told: TimelineEntry | undefined): AttemptPicture => {
  const scripts = scriptPhases(events);
  const pre = scripts.find(({ kind }) => kind === 'pre');
  const posts = scripts.filter(({ kind }) => kind !== 'pre');
  const freeze = told && freezePhase(told, pre, posts);
  const set = told && setPhase(told);
  const span = around([...scripts.flatMap(({ from, to }) => [from, to]), freeze?.span, set?.span]);
  return { number, pre, posts, freeze, set, span };
};

const setPhase = (told: TimelineEntry): SetPhase | undefined => {
  if (told.set === '') return undefined;
  const [from, to] = [moment(told.set_start_time), moment(told.set_end_time)];
  return { span: from === undefined || to === undefined ? undefined : { from, to: Math.max(from, to) }, told };
};
