import { describeWith } from '../support/capabilities';
import { type Proof, Servers, tell } from '../support/servers';
import { AS_POSTGRES, postgresql, standby, twoClusters } from './postgresql-server';

const LSN = expect.stringMatching(/^[0-9A-F]+\/[0-9A-F]+$/);
const POSITION = {
  timeline: '1',
  lsn: LSN,
  redoLsn: LSN,
  systemIdentifier: expect.stringMatching(/^\d+$/),
  version: expect.stringMatching(/^\d+$/),
};

describeWith(['postgresql', 'mount-namespaces', 'loop-devices', 'ext4', 'xfs'], 'PostgreSQL under load', () => {
  let servers: Servers;
  beforeAll(async () => {
    servers = await Servers.open([
      { name: 'plain', server: postgresql(), document: 'postgresql' },
      { name: 'unquiesced', server: postgresql(), document: 'postgresql' },
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

  test('a cluster with its log on another volume: no acknowledged row is lost, none acknowledged while frozen', async () => {
    expect((await proven('plain')).coordinates).toEqual({ role: 'primary', ...POSITION });
  }, 300_000);

  test('without quiescing, and the volumes copied one after the other, the same check fails', async () => {
    const checkpoint = `${AS_POSTGRES} psql -qX -c CHECKPOINT`; // as it happens every five minutes by itself
    const counter = await servers.of('unquiesced').counterProof({ first: 'log', between: checkpoint });
    expect(counter.wrongs).toEqual([expect.stringContaining('could not locate a valid checkpoint record')]);
  }, 300_000);

  test('two clusters that cross their volumes', async () => {
    const { coordinates } = await proven('two-clusters');
    expect(coordinates).toMatchObject({ '5432.lsn': LSN, '5433.lsn': LSN, '5432.role': 'primary', '5433.role': 'primary' });
    expect(coordinates['5432.systemIdentifier']).not.toBe(coordinates['5433.systemIdentifier']);
  }, 300_000);

  test('a standby that its primary waits for', async () => {
    expect((await proven('standby')).coordinates).toEqual({ role: 'replica', ...POSITION });
  }, 300_000);
});
