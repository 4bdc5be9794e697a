import { describeWith } from '../support/capabilities';
import { type Proof, Servers, tell } from '../support/servers';
import { standby, twoClusters } from './postgresql-server';

const LSN = expect.stringMatching(/^[0-9A-F]+\/[0-9A-F]+$/);
const POSITION = {
  timeline: '1',
  lsn: LSN,
  redoLsn: LSN,
  systemIdentifier: expect.stringMatching(/^\d+$/),
  version: expect.stringMatching(/^\d+$/),
};

describeWith(
  ['postgresql', 'mount-namespaces', 'loop-devices', 'ext4', 'xfs'],
  'several clusters of PostgreSQL, and a standby, under load',
  () => {
    let servers: Servers;
    beforeAll(async () => {
      servers = await Servers.open([
        { name: 'two-clusters', server: twoClusters(), document: 'postgresql', filesystems: ['xfs', 'ext4'] },
        { name: 'standby', server: standby(), document: 'postgresql', parameters: { role: 'replica', port: '5432' } },
      ]);
    }, 300_000);
    afterAll(() => servers?.close());

    const proven = async (name: string): Promise<Proof> => {
      const proof = await servers.of(name).proof();
      tell(`postgresql, ${name}`, proof);
      expect(proof.wrongs).toEqual([]);
      expect(proof.closed.coverage.map(({ mount, held }) => `${mount} ${held}`).sort()).toEqual(['/data true', '/log true']);
      return proof;
    };

    test('two clusters that cross their volumes', async () => {
      const { coordinates } = await proven('two-clusters');
      expect(coordinates).toMatchObject({ '5432.lsn': LSN, '5433.lsn': LSN, '5432.role': 'primary', '5433.role': 'primary' });
      expect(coordinates['5432.systemIdentifier']).not.toBe(coordinates['5433.systemIdentifier']);
    }, 300_000);

    test('a standby that its primary waits for', async () => {
      expect((await proven('standby')).coordinates).toEqual({ role: 'replica', ...POSITION });
    }, 300_000);
  },
);
