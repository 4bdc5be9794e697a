import type { StillpointEvent } from '../events/stillpoint-event';
import { lastSegment } from './arn';
import { attemptPictures } from './attempts';
import { around, moment, type RunPicture, type TargetPicture } from './picture';

/**
 * The runs that events tell of, in the order in which they began; in each its targets, likewise. An execution of which nothing but the end of its set is
 * told was over long before.
 */
export const runsOf = (events: readonly StillpointEvent[]): readonly RunPicture[] => {
  const told = new Set(events.filter(({ kind }) => kind !== 'completion').map(executionIdOf));
  const byExecution = groupBy(
    events.filter((event) => told.has(executionIdOf(event))),
    executionIdOf,
  );
  const byRun = groupBy([...byExecution.keys()], runIdOf);
  return [...byRun]
    .map(([id, executions]) =>
      runPicture(
        id,
        executions.map((execution) => byExecution.get(execution) ?? []),
      ),
    )
    .sort(byStart);
};

const executionIdOf = (event: StillpointEvent): string =>
  event.kind === 'script' ? event.detail.stillpoint.execution_id : event.detail.execution_id;

/** `POLICY@DUE` of `POLICY@DUE/INSTANCE`. */
const runIdOf = (executionId: string): string => executionId.slice(0, Math.max(0, executionId.lastIndexOf('/'))) || executionId;

const runPicture = (id: string, executions: readonly (readonly StillpointEvent[])[]): RunPicture => {
  const targets = executions.map(targetPicture).sort(byStart);
  const first = executions[0]?.[0];
  return {
    id,
    policyId: first === undefined ? '' : lastSegment(first.detail.policy_id),
    region: first?.region ?? '',
    account: first?.account ?? '',
    targets,
    span: around(targets.map(({ span }) => span)),
  };
};

const targetPicture = (events: readonly StillpointEvent[]): TargetPicture => {
  const scripts = events.flatMap((event) => (event.kind === 'script' ? [event] : []));
  // A crash may have told the end twice: the later word counts.
  const closing = events.findLast((event) => event.kind === 'closing')?.detail;
  const attempts = attemptPictures(scripts, closing?.timeline ?? []);
  const [first] = events;
  return {
    executionId: first === undefined ? '' : executionIdOf(first),
    instanceId: first === undefined ? '' : lastSegment(first.detail.source),
    executionHandler: events.flatMap(({ detail }) => ('execution_handler' in detail ? detail.execution_handler : []))[0] ?? '',
    attempts,
    closing,
    withdrawn: withdrawalOf(events, closing),
    alarms: alarmsOf(events),
    events,
    span: around([
      ...attempts.map(({ span }) => span),
      ...(closing === undefined ? [] : [moment(closing.start_time), moment(closing.end_time)]),
    ]),
  };
};

/** Of the set that counts: an execution may have others, of attempts that failed. */
const withdrawalOf = (events: readonly StillpointEvent[], closing: TargetPicture['closing']): TargetPicture['withdrawn'] => {
  const counted = new Set(closing?.resources.map(({ resource_id }) => resource_id));
  return events
    .flatMap((event) => (event.kind === 'completion' && event.detail.result === 'withdrawn' ? [event.detail] : []))
    .find(({ resources }) => resources.some(({ resource_id }) => counted.has(resource_id)));
};

const alarmsOf = (events: readonly StillpointEvent[]): TargetPicture['alarms'] => {
  const alarms = events.flatMap((event) => (event.kind === 'possibly-frozen' ? [event.detail] : []));
  return [...new Map(alarms.map((alarm) => [`${alarm.reason} ${alarm.thaw_command}`, alarm])).values()];
};

const byStart = (a: Pick<TargetPicture, 'span'>, b: Pick<TargetPicture, 'span'>): number => (a.span?.from ?? 0) - (b.span?.from ?? 0);

const groupBy = <Value>(values: readonly Value[], key: (value: Value) => string): ReadonlyMap<string, readonly Value[]> => {
  const groups = new Map<string, Value[]>();
  for (const value of values) {
    const group = groups.get(key(value));
    if (group === undefined) groups.set(key(value), [value]);
    else group.push(value);
  }
  return groups;
};
