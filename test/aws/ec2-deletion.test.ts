import { ec2 } from '../../lambda/aws/clients';
import { ec2Deletion } from '../../lambda/aws/ec2-deletion';
import { member } from '../unit/lifecycle/sets';

const refusal = (name: string) => Object.assign(new Error('no'), { name, $metadata: { httpStatusCode: 400 } });

/** What is made of EC2's refusal of a snapshot that DescribeSnapshots tells, or does not. */
const removed = async (code: string, listed: boolean): Promise<string> => {
  jest.spyOn(ec2, 'send').mockImplementation(async (command: object) => {
    if (command.constructor.name === 'DeleteSnapshotCommand') throw refusal(code);
    return { Snapshots: listed ? [{ SnapshotId: 'snap-1' }] : [] };
  });
  return (await ec2Deletion.remove(member())).kind;
};
afterEach(() => jest.restoreAllMocks());

it.each<[string, string, boolean, string]>([
  ['gone, and still listed', 'InvalidSnapshot.NotFound', true, 'deleted'],
  ['gone, of which EC2 says that nobody may delete it', 'UnauthorizedOperation', false, 'deleted'],
  ['in use', 'InvalidSnapshot.InUse', true, 'refused'],
  ['asked for too often', 'RequestLimitExceeded', true, 'throttled'],
])('a snapshot that is %s', async (_what, code, listed, expected) => {
  expect(await removed(code, listed)).toBe(expected);
});
