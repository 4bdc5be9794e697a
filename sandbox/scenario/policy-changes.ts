import { isObject, type PolicyFile } from './policies';
import { ScenarioError } from './problem';

/** The tag that makes an instance a target of the policy. `file` is for the message. */
export const targetTag = (file: string, policy: PolicyFile): Readonly<Record<string, string>> => {
  const tags = policy['TargetTags'];
  const [first]: unknown[] = Array.isArray(tags) ? tags : [];
  if (isObject(first) && typeof first['Key'] === 'string' && typeof first['Value'] === 'string') return { [first['Key']]: first['Value'] };
  throw new ScenarioError(file, [{ field: 'TargetTags[0]', message: 'found no Key and Value to tag the example fleet with' }]);
};

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const scriptsOf = (schedule: unknown): readonly unknown[] => {
  const rule = isObject(schedule) ? schedule['CreateRule'] : undefined;
  return isObject(rule) ? listOf(rule['Scripts']) : [];
};

/** Names of the documents that a policy's scripts run. */
export const handlersOf = (policy: PolicyFile): readonly string[] =>
  listOf(policy['Schedules'])
    .flatMap(scriptsOf)
    .flatMap((script) => (isObject(script) && typeof script['ExecutionHandler'] === 'string' ? [script['ExecutionHandler']] : []));

/** The policy with every script's handler replaced. A schedule without a script gets one. */
export const withHandler = (policy: PolicyFile, handler: string): PolicyFile => ({
  ...policy,
  Schedules: listOf(policy['Schedules']).map((schedule) => handled(schedule, handler)),
});

const handled = (schedule: unknown, handler: string): unknown => {
  if (!isObject(schedule)) return schedule;
  const rule = isObject(schedule['CreateRule']) ? schedule['CreateRule'] : {};
  const [script] = scriptsOf(schedule);
  const own = { ExecutionHandlerService: 'AWS_SYSTEMS_MANAGER', ...(isObject(script) ? script : {}), ExecutionHandler: handler };
  return { ...schedule, CreateRule: { ...rule, Scripts: [own] } };
};
