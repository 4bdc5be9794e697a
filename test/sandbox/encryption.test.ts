import { CreateSnapshotsCommand, DescribeSnapshotsCommand, DescribeVolumesCommand } from '@aws-sdk/client-ec2';
import { defaultEbsKey } from '../../sandbox/aws/ec2/encryption';
import { ACCOUNT, type Bench, openBench, REGION } from './support/bench';
import { encrypted, instance, instanceId } from './support/fleet';

const DEFAULT_KEY = defaultEbsKey({ accountId: ACCOUNT, region: REGION });

let bench: Bench;
beforeEach(async () => {
  bench = await openBench({ fleet: [encrypted(instance(1), [DEFAULT_KEY, undefined, `arn:aws:kms:${REGION}:${ACCOUNT}:key/ours`])] });
});
afterEach(() => bench.end());

it('volumes and their snapshots tell whether they are encrypted, and under which key', async () => {
  const expected = [
    { Encrypted: true, KmsKeyId: DEFAULT_KEY },
    { Encrypted: false },
    { Encrypted: true, KmsKeyId: `arn:aws:kms:${REGION}:${ACCOUNT}:key/ours` },
  ];
  await bench.ec2.send(new CreateSnapshotsCommand({ InstanceSpecification: { InstanceId: instanceId(1) } }));
  const { Volumes = [] } = await bench.ec2.send(new DescribeVolumesCommand({}));
  const { Snapshots = [] } = await bench.ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }));
  expect(Volumes).toMatchObject(expected);
  expect(Snapshots).toMatchObject(expected);
  expect([Volumes[1]?.KmsKeyId, Snapshots[1]?.KmsKeyId]).toEqual([undefined, undefined]);
});
