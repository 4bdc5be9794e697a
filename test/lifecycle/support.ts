import type { Member } from '../../lambda/core/lifecycle/snapshot-set';
import type { Policy } from '../../lambda/core/policy/policy-schema';
import { lookAfter } from '../../lambda/lifecycle/look-after';
import { AT, member } from '../unit/lifecycle/sets';
import { FakeAccount } from './fake-ports';

const DAY_MS = 86_400_000;

/** A moment some days after the sets of {@link AT}. */
export const daysLater = (days: number): Date => new Date(AT.getTime() + days * DAY_MS);

/** A snapshot of a confirmed set of the schedules `schedules`, made some days after {@link AT}. */
export const confirmed = (
  snapshotId: string,
  tags: Readonly<Record<string, string>>,
  more: Partial<Member> & { day?: number } = {},
): Member => {
  const { day = 0, ...rest } = more;
  const startedAt = daysLater(day);
  return member({
    ...{ snapshotId, startedAt, completedAt: startedAt, executionId: `nightly@${day}/i-1`, ...rest },
    tags: new Map([['stillpoint:confirmed', startedAt.toISOString()], ['stillpoint:schedule-name', 'Nightly'], ...Object.entries(tags)]),
  });
};

/** An account with these snapshots, as deployed with this policy. */
export const accountWith = (policy: Policy, ...members: readonly Member[]) => {
  const account = new FakeAccount();
  account.members = members;
  return Object.assign(account, { ports: { ...account.ports, policies: new Map([['nightly', policy]]) } });
};

/** Look at all its sets once, and tell what was done that had not been done before. */
export const look = async (account: FakeAccount): Promise<readonly string[]> => {
  const before = account.done.length;
  await lookAfter(account.ports, [{ scope: { policyId: 'nightly', trigger: 'follow', closed: [] }, messageIds: [] }]);
  return account.done.slice(before);
};

/** The value of a tag on each of the account's snapshots. */
export const tagsOf = (account: FakeAccount, key: string): readonly (string | undefined)[] =>
  account.members.map(({ tags }) => tags.get(key));
