import { VOLUME_PAUSE_MS } from '../core/execution/admission';
import { FIND_SET_PATIENCE_MS } from '../core/execution/deadlines';
import { type Attempt, type Facts, lastAttempt, type SnapshotSet } from '../core/execution/facts';
import { withSet } from '../core/execution/progress';
import { isSelective, type Selection, type SetRequest, selectVolumes, WHOLE } from '../core/execution/set-request';
import { expirationOf } from '../core/expiration';
import { creationTags, type TaggedSet, type Tags } from '../core/snapshot-tags';
import type { Execution } from './execution';
import type { Ports } from './ports';

const description = (execution: Execution): string => `Stillpoint ${execution.id}`;

/** CreateSnapshots around scripts: within the freeze, so nothing but the call itself. */
export const createSet = async (ports: Ports, execution: Execution, facts: Facts): Promise<Facts> => {
  const attempt = lastAttempt(facts);
  if (!ports.lease.held())
    return withSet(facts, { kind: 'failed', code: 'LeaseLost', message: 'the worker lost its message before CreateSnapshots' });
  const tags = tagsOf(ports, execution, { attempt: attempt?.number, preScript: attempt?.pre === undefined ? undefined : 'SUCCESS' });
  return withSet(facts, await callCreate(ports, execution, attempt?.request ?? WHOLE, tags, true));
};

/** The ages that keep a set count from now on, so that none is kept for less. */
export const tagsOf = (ports: Ports, execution: Execution, made: Pick<TaggedSet, 'attempt' | 'preScript'>): Tags => {
  const { ages, tags, shared, restoredFast } = execution.setPlan;
  const expires = expirationOf(ages, ports.clock.now());
  return creationTags({ ...execution, ...made, executionId: execution.id, expires, tags, shared, restoredFast });
};

const callCreate = async (
  ports: Ports,
  execution: Execution,
  request: SetRequest,
  tags: Tags,
  answeredBeforePost: boolean,
): Promise<SnapshotSet> => {
  const from = ports.clock.now();
  const { instanceId } = execution;
  const answer = await ports.sets.create({ ...request, instanceId, description: description(execution), tags });
  const call = { from, to: ports.clock.now() };
  return answer.kind === 'created' ? { ...answer, call, answeredBeforePost, copiedTags: request.copiedTags } : { ...answer, call };
};

/** EC2's refusal of a second snapshot of a volume within 15 s. */
const TOO_SOON = 'SnapshotCreationPerVolumeRateExceeded';

/** A set without scripts around it. */
export const createPlainSet = async (ports: Ports, execution: Execution, facts: Facts): Promise<Facts> => {
  await ports.lease.beat();
  const selection = await selectNow(ports, execution);
  if (!selection.ok) return { ...facts, plainSet: { kind: 'failed', code: 'VolumesExcluded', message: selection.problem } };
  const tags = tagsOf(ports, execution, { attempt: undefined, preScript: failedBefore(lastAttempt(facts)) });
  const create = () => callCreate(ports, execution, selection.request, tags, false);
  const set = await create();
  if (set.kind !== 'failed' || set.code !== TOO_SOON) return { ...facts, plainSet: set };
  await ports.clock.sleep(VOLUME_PAUSE_MS);
  return { ...facts, plainSet: await create() };
};

/** Nothing is frozen: the volumes are looked at anew, since a fallback may come minutes after its attempt began. */
const selectNow = async ({ instances }: Ports, { setPlan, instanceId }: Execution): Promise<Selection<unknown>> =>
  isSelective(setPlan) ? selectVolumes(setPlan, (await instances.observe(instanceId)).volumes) : { ok: true, request: WHOLE, volumes: [] };

/** As DLM tags its fallback. */
const failedBefore = (attempt: Attempt | undefined): TaggedSet['preScript'] =>
  attempt?.pre === undefined || attempt.pre.kind === 'succeeded' ? undefined : 'FAILED';

/** Seconds between looks; EC2's answers on new snapshots are eventually consistent. */
const LOOK_MS = 3_000;

/** What an unanswered CreateSnapshots made, found by its tags. Nothing is frozen any more. */
export const findSet = async (ports: Ports, execution: Execution, facts: Facts): Promise<Facts> => {
  const plain = facts.plainSet !== undefined;
  const attempt = plain ? undefined : lastAttempt(facts)?.number;
  const { call } = facts.plainSet ?? lastAttempt(facts)?.set ?? {};
  const set = { ...(await lookForSet(ports, execution, attempt)), call };
  return plain ? { ...facts, plainSet: set } : withSet(facts, set);
};

const lookForSet = async (ports: Ports, execution: Execution, attempt: number | undefined): Promise<SnapshotSet> => {
  const patienceEnds = ports.clock.now().getTime() + FIND_SET_PATIENCE_MS;
  for (;;) {
    await ports.lease.beat();
    const found = (await ports.sets.ofExecution(execution.id)).find((set) => set.attempt === attempt);
    if (found !== undefined) return { kind: 'created', members: found.members, answeredBeforePost: false };
    if (ports.clock.now().getTime() + LOOK_MS > patienceEnds)
      return { kind: 'failed', code: 'NoAnswer', message: 'CreateSnapshots gave no answer and made no set' };
    await ports.clock.sleep(LOOK_MS);
  }
};
