import { type ShareTold, shareEvent } from '../core/event/share-event';
import { planSharing } from '../core/lifecycle/sharing/plan-sharing';
import { readShareMark, SHARE_ENDED, SHARE_FAILED, SHARE_REFUSED, sharedMark } from '../core/lifecycle/sharing/share-mark';
import { type Sharing, sharedUntil, sharingOf, targetAccounts } from '../core/lifecycle/sharing/share-rules';
import type { Member, SnapshotSet } from '../core/lifecycle/snapshot-set';
import type { Policy } from '../core/policy/policy-schema';
import { schedulesOfTag } from '../core/schedule-tag';
import { TAG } from '../core/snapshot-tags';
import { forEachSet } from './for-each-set';
import { markMembers } from './mark-members';
import type { Ports, Step, View } from './ports';
import type { Refusal } from './share-ports';

/** Share each set that is due with the accounts of its schedules' rules, and end what is over: each snapshot by itself. */
export const share: Step = async (ports, view) => {
  const { policy } = view;
  if (policy === undefined || targetAccounts(policy.Schedules).length === 0) return view.sets;
  return forEachSet(ports, view, 'set not shared', async (found) => {
    const sharing = policy.State === 'DISABLED' ? undefined : sharingOf(schedulesOfSet(policy, found));
    const work = planSharing(found, sharing, ports.volumeKeys, ports.now());
    // What is refused here was told when its execution began.
    const set = await markMembers(ports, found, work.refuse, { [TAG.sharedUntil]: SHARE_REFUSED });
    const shared = sharing === undefined ? set : await shareMembers(ports, view, set, work.share, sharing);
    return unshareMembers(ports, view, shared, work.unshare, targetAccounts(policy.Schedules));
  });
};

const schedulesOfSet = (policy: Policy, { members }: SnapshotSet) => schedulesOfTag(members[0]?.tags.get(TAG.scheduleName) ?? '', policy);

/** EC2 says so for a snapshot under the default EBS key, whatever `volumeKeys` names. */
const NEVER = 'OperationNotPermitted';

interface Outcome {
  readonly member: Member;
  readonly refusal: Refusal | undefined;
}

/** Events first, tags last: the tags are the memory of what was told. */
const shareMembers = async (ports: Ports, view: View, set: SnapshotSet, due: readonly Member[], sharing: Sharing): Promise<SnapshotSet> => {
  if (due.length === 0) return set;
  const outcomes: Outcome[] = [];
  for (const member of due) outcomes.push({ member, refusal: await shareMember(ports, member, sharing.accounts) });
  const membersOf = (of: (refusal: Refusal | undefined) => boolean) => outcomes.filter(({ refusal }) => of(refusal));
  const done = membersOf((refusal) => refusal === undefined).map(({ member }) => member);
  const never = membersOf((refusal) => refusal?.code === NEVER);
  const failed = membersOf((refusal) => refusal !== undefined && refusal.code !== NEVER);
  const until = sharedUntil(sharing, ports.now());
  await tell(ports, view, set, [
    { result: 'shared', members: done, accounts: sharing.accounts, until },
    { result: 'refused', errors: errorsOf(never), accounts: sharing.accounts },
    { result: 'failed', errors: errorsOf(failed.filter(({ member }) => !wasTold(member))), accounts: sharing.accounts },
  ]);
  if (done.length > 0) ports.recordMetrics(view.policyId, { SnapshotsSharedCompleted: done.length });
  const afterDone = await markMembers(ports, set, done, { [TAG.sharedUntil]: sharedMark(until) });
  const afterNever = await markMembers(ports, afterDone, membersIn(never), { [TAG.sharedUntil]: SHARE_REFUSED });
  return markMembers(ports, afterNever, membersIn(failed), { [TAG.sharedUntil]: SHARE_FAILED });
};

const membersIn = (outcomes: readonly Outcome[]): readonly Member[] => outcomes.map(({ member }) => member);

const errorsOf = (outcomes: readonly Outcome[]) => outcomes.flatMap(({ member, refusal }) => (refusal ? { ...member, ...refusal } : []));

const wasTold = ({ tags }: Member): boolean => {
  const mark = readShareMark(tags.get(TAG.sharedUntil));
  return mark.kind === 'due' && mark.failureTold;
};

/** The permission as it is decides: what an invocation did that ended before its tag is not done again. */
const shareMember = async ({ permissions }: Ports, { snapshotId }: Member, accounts: readonly string[]): Promise<Refusal | undefined> => {
  const have = await permissions.accounts(snapshotId);
  for (const account of accounts.filter((one) => !have.includes(one))) {
    const refusal = await permissions.add(snapshotId, account);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
};

/** The accounts that the policy's rules name lose the permission; what others were given is not ours to take, and IAM lets nobody else lose it. */
const unshareMembers = async (
  ports: Ports,
  view: View,
  set: SnapshotSet,
  members: readonly Member[],
  accounts: readonly string[],
): Promise<SnapshotSet> => {
  if (members.length === 0) return set;
  const had: string[] = [];
  for (const { snapshotId } of members) {
    const have = await ports.permissions.accounts(snapshotId);
    had.push(...have);
    for (const account of have.filter((one) => accounts.includes(one))) {
      const refusal = await ports.permissions.remove(snapshotId, account);
      if (refusal !== undefined) throw new Error(`${snapshotId} is still shared with ${account}: ${refusal.code}: ${refusal.message}`);
    }
  }
  const all = [...new Set(had)].sort();
  const taken = all.filter((one) => accounts.includes(one));
  const left = all.filter((one) => !accounts.includes(one));
  await tell(ports, view, set, [{ result: 'unshared', members, accounts: taken, left }]);
  return markMembers(ports, set, members, { [TAG.sharedUntil]: SHARE_ENDED });
};

const tell = async ({ place, publish, log }: Ports, { policyId }: View, set: SnapshotSet, all: readonly ShareTold[]): Promise<void> => {
  const told = all.filter((one) => ('errors' in one ? one.errors : one.members).length > 0);
  if (told.length === 0) return;
  const { executionId, instanceId } = set;
  for (const { result } of told) log(result === 'failed' ? 'warn' : 'info', `set ${result}`, { policyId, executionId });
  await publish(told.map((one) => shareEvent({ place, policyId, instanceId, executionId }, one)));
};
