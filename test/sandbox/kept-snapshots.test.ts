import {
  CreateSnapshotsCommand,
  DeleteSnapshotCommand,
  DescribeImagesCommand,
  DescribeLockedSnapshotsCommand,
  DescribeSnapshotsCommand,
} from '@aws-sdk/client-ec2';
import { type Bench, openBench } from './support/bench';
import { instance, instanceId } from './support/fleet';

let bench: Bench;
const open = async (timing: Parameters<typeof openBench>[0] = {}) => {
  bench = await openBench({ fleet: [instance(1)], ...timing });
  const { Snapshots = [] } = await bench.ec2.send(new CreateSnapshotsCommand({ InstanceSpecification: { InstanceId: instanceId(1) } }));
  return Snapshots.map(({ SnapshotId = '' }) => SnapshotId);
};
afterEach(() => bench.end());

const remove = (SnapshotId: string) => bench.ec2.send(new DeleteSnapshotCommand({ SnapshotId }));
const present = async (): Promise<readonly (string | undefined)[]> =>
  ((await bench.ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))).Snapshots ?? []).map(({ SnapshotId }) => SnapshotId);
const act = (id: string, action: string) => bench.post(`snapshots/${id}/${action}`);

it('a locked snapshot is told and not deleted, until it is unlocked', async () => {
  const [first = '', second = ''] = await open();
  await act(first, 'lock');
  const { Snapshots } = await bench.ec2.send(new DescribeLockedSnapshotsCommand({ SnapshotIds: [first, second] }));
  expect(Snapshots).toEqual([expect.objectContaining({ SnapshotId: first, LockState: 'governance' })]);
  await expect(remove(first)).rejects.toMatchObject({ name: 'OperationNotPermitted' });
  await act(first, 'unlock');
  await remove(first);
  expect(await present()).not.toContain(first);
});

it('a snapshot that backs an image is not deleted while the image is registered, also disabled', async () => {
  const [first = ''] = await open();
  await act(first, 'register');
  const images = async (IncludeDisabled: boolean) => {
    const Filters = [{ Name: 'block-device-mapping.snapshot-id', Values: [first] }];
    return (await bench.ec2.send(new DescribeImagesCommand({ Owners: ['self'], Filters, IncludeDisabled }))).Images ?? [];
  };
  const [image] = await images(false);
  expect(image?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId).toBe(first);
  await act(first, 'disable-image');
  expect(await images(false)).toEqual([]);
  expect(await images(true)).toEqual([expect.objectContaining({ ImageId: image?.ImageId, State: 'disabled' })]);
  await expect(remove(first)).rejects.toMatchObject({
    name: 'InvalidSnapshot.InUse',
    message: `The snapshot ${first} is currently in use by ${image?.ImageId}`,
  });
  await act(first, 'deregister');
  await remove(first);
});

it('an archived snapshot says so', async () => {
  const [first = '', second = ''] = await open();
  await act(first, 'archive');
  const { Snapshots = [] } = await bench.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [first, second] }));
  expect(Snapshots.map(({ StorageTier }) => StorageTier)).toEqual(['archive', 'standard']);
});

it('with a rule of the Recycle Bin, what is deleted lies there, and comes back only by a person', async () => {
  const [first = '', second = ''] = await open();
  await bench.post('recycle-bin', { retains: true });
  await remove(first);
  await act(second, 'bin');
  expect(await present()).toHaveLength(1);
  await expect(remove(first)).rejects.toMatchObject({ name: 'InvalidSnapshot.NotFound' });
  await act(second, 'recover');
  expect(await present()).toContain(second);
  expect(await present()).not.toContain(first);
});

it('DeleteSnapshot has a bucket of tokens, which fills again', async () => {
  const [first = '', second = ''] = await open({ timing: { deleteSnapshotTokens: { capacity: 1, perSecond: 2 } } });
  await remove(first);
  await expect(remove(second)).rejects.toMatchObject({ name: 'RequestLimitExceeded' });
  bench.clock.advance(500);
  await remove(second);
});

it('an action on a snapshot that is not there is refused', async () => {
  await open();
  expect(await act('snap-0', 'lock')).toMatchObject({ status: 400 });
});
