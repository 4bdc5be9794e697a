import { scriptDetailSchema } from '../../../lambda/core/event/script-event';
import { parseComment } from '../../../lambda/core/execution/journal';
import type { EventEnvelope, RequestRecord } from '../../../sandbox/ports';
import { eventsOf, wordsOf } from './story';

const POLLS: ReadonlySet<string> = new Set(['GetCommandInvocation', 'ListCommandInvocations']);
const ANSWER_LOST = 'AnswerLost';

/** The calls from a pre-script's end to the end of the post-script that thawed, without the polls. */
export interface FreezeWindow {
  readonly instanceId: string;
  readonly from: Date;
  readonly to: Date;
  readonly calls: readonly RequestRecord[];
}

interface Script {
  readonly words: string;
  readonly attempt: string;
  readonly end: Date;
}

const scriptsOf = (events: readonly EventEnvelope[]): readonly Script[] =>
  events.flatMap((event) => {
    const parsed = scriptDetailSchema.safeParse(event.detail);
    if (!parsed.success || parsed.data.end_time === '') return [];
    return [{ words: wordsOf(event), attempt: parsed.data.request_id, end: new Date(parsed.data.end_time) }];
  });

/** Post-scripts after which nothing is frozen. */
const THAWED: ReadonlySet<string> = new Set(['POST success', 'POST failed 203', 'POST failed 205']);

/** The freeze windows of an instance, as events bound them. Only windows with both ends. */
export const freezeWindows = (
  events: readonly EventEnvelope[],
  requests: readonly RequestRecord[],
  instanceId: string,
): readonly FreezeWindow[] => {
  const scripts = scriptsOf(eventsOf(events, instanceId));
  return scripts
    .filter(({ words }) => words === 'PRE success')
    .flatMap((pre) => {
      const post = scripts.find(({ words, attempt }) => attempt === pre.attempt && THAWED.has(words));
      if (post === undefined) return [];
      const within = requests.filter((request) => isWithin(request, pre.end, post.end) && isOnInstance(request, instanceId));
      return [{ instanceId, from: pre.end, to: post.end, calls: within.filter(({ action }) => !POLLS.has(action)) }];
    });
};

const isWithin = ({ time }: RequestRecord, from: Date, to: Date): boolean => new Date(time) > from && new Date(time) < to;

/** By one of our functions that run executions, and on this instance. The lifecycle function may look after an earlier set at any time. */
const isOnInstance = ({ role, resources }: RequestRecord, instanceId: string): boolean =>
  role !== 'user' && !role.includes('Lifecycle') && resources.includes(instanceId);

const isPost = ({ action, comment = '' }: RequestRecord): boolean =>
  action === 'SendCommand' && parseComment(comment)?.key.stage === 'post';

/**
 * What breaks the promise on a freeze: beside polls one CreateSnapshots that acted (throttled ones are tried again) and post-scripts;
 * what was sent without an answer may be looked for, and a post-script over its time cancelled.
 */
export const breaches = ({ calls }: FreezeWindow): readonly string[] => {
  const sets = calls.filter(
    ({ action, status, errorCode }) => action === 'CreateSnapshots' && (status === 200 || errorCode === ANSWER_LOST),
  );
  const lost = calls.some(({ action, status }) => action === 'SendCommand' && (status === 0 || status >= 500));
  const allowed = (call: RequestRecord): boolean =>
    call.action === 'CreateSnapshots' || isPost(call) || call.action === 'CancelCommand' || (lost && call.action === 'ListCommands');
  return [
    ...calls.filter((call) => !allowed(call)).map(({ action, comment = '' }) => `${action} ${comment}`.trim()),
    ...(sets.length > 1 ? [`${sets.length} sets`] : []),
  ];
};
