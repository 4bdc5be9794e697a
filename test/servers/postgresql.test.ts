import { describeWith } from '../support/capabilities';
import { type Proof, Servers, tell } from '../support/servers';
import { AS_POSTGRES, postgresql } from './postgresql-server';

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
});
