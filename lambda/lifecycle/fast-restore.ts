import { type FastRestoreTold, fastRestoreEvent, type SwitchError } from '../core/event/fast-restore-event';
import { groupBy } from '../core/group-by';
import { readFastRestoreMark, writeFastRestoreMark } from '../core/lifecycle/fast-restore/fast-restore-mark';
import { type FastRestoreWork, markAfter, planFastRestore } from '../core/lifecycle/fast-restore/plan-fast-restore';
import type { Member, SnapshotSet } from '../core/lifecycle/snapshot-set';
import { TAG } from '../core/snapshot-tags';
import { forEachSet } from './for-each-set';
import { markMembers } from './mark-members';
import type { Ports, Step, View } from './ports';

const concerns = ({ tags }: Member): boolean => readFastRestoreMark(tags.get(TAG.fastRestore)) !== 'settled';

/**
 * Switch fast snapshot restore on where the rules want it, and off where they no longer do, the latter first: a Region's quota is small. EC2's
 * states decide, and nothing is asked where no set has ever been switched on.
 */
export const fastRestore: Step = async (ports, view) => {
  const { policy, sets } = view;
  if (policy === undefined || !sets.some(({ members }) => members.some(concerns))) return sets;
  try {
    const works = planFastRestore({ policy, sets, on: await ports.fastRestores.switchedOn(), now: ports.now() });
    const errors = [...(await switchAll(ports, works, 'disable')), ...(await switchAll(ports, works, 'enable'))];
    return await forEachSet(ports, view, 'fast restore not told', (set) => {
      const ofSet = works.filter((work) => work.set === set);
      return tellAndMark(ports, view, set, ofSet, errors);
    });
  } catch (error) {
    ports.failed('fast restore not switched', { policyId: view.policyId }, error);
    return sets;
  }
};

/** Each zone by itself: IAM holds it by a condition of one value. */
const switchAll = async (
  { fastRestores }: Ports,
  works: readonly FastRestoreWork[],
  asked: SwitchError['asked'],
): Promise<readonly SwitchError[]> => {
  const pairs = works.flatMap((work) => work[asked].map((zone) => ({ zone, member: work.member })));
  const errors: SwitchError[] = [];
  for (const [zone, same] of groupBy(pairs, (pair) => pair.zone)) {
    const ids = same.map(({ member }) => member.snapshotId);
    for (const refusal of await fastRestores[asked](ids, zone)) {
      const member = same.find((pair) => pair.member.snapshotId === refusal.snapshotId)?.member;
      errors.push({ ...refusal, volumeId: member?.volumeId ?? '', zone, asked });
    }
  }
  return errors;
};

/** Events first, tags last: the tags are the memory of what was told. */
const tellAndMark = async (
  ports: Ports,
  view: View,
  set: SnapshotSet,
  works: readonly FastRestoreWork[],
  errors: readonly SwitchError[],
): Promise<SnapshotSet> => {
  const failedZones = ({ member }: FastRestoreWork) => errors.flatMap((one) => (one.snapshotId === member.snapshotId ? one.zone : []));
  const done = works.map((work) => ({ work, failed: failedZones(work), mark: markAfter(work, failedZones(work)) }));
  const switched = (zonesOf: (work: FastRestoreWork) => readonly string[]) =>
    done.flatMap(({ work, failed }) => {
      const zones = zonesOf(work).filter((zone) => !failed.includes(zone));
      return zones.length === 0 ? [] : [{ ...work.member, zones }];
    });
  await tell(ports, view, set, [
    { result: 'enabled', members: switched(({ found, enable }) => [...found, ...enable]), until: works[0]?.known.until },
    { result: 'disabled', members: switched(({ disable }) => disable) },
    { result: 'failed', errors: newErrors(works, errors) },
  ]);
  let marked = set;
  for (const [value, same] of groupBy(done, ({ mark }) => writeFastRestoreMark(mark))) {
    const changed = same.map(({ work }) => work.member).filter(({ tags }) => tags.get(TAG.fastRestore) !== value);
    marked = await markMembers(ports, marked, changed, { [TAG.fastRestore]: value });
  }
  return marked;
};

/** A zone that was asked for in vain before is told no more. */
const newErrors = (works: readonly FastRestoreWork[], errors: readonly SwitchError[]): readonly SwitchError[] =>
  works.flatMap(({ member, known }) =>
    errors.filter(({ snapshotId, zone }) => snapshotId === member.snapshotId && !known.inVain.includes(zone)),
  );

const tell = async (
  { place, publish, log }: Ports,
  { policyId }: View,
  set: SnapshotSet,
  all: readonly FastRestoreTold[],
): Promise<void> => {
  const told = all.filter((one) => ('errors' in one ? one.errors : one.members).length > 0);
  if (told.length === 0) return;
  const { executionId, instanceId } = set;
  for (const { result } of told) log(result === 'failed' ? 'warn' : 'info', `fast restore ${result}`, { policyId, executionId });
  await publish(told.map((one) => fastRestoreEvent({ place, policyId, instanceId, executionId }, one)));
};
