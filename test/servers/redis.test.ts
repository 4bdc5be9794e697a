import { describeWith } from '../support/capabilities';
import { DATA, LOG, Servers, tell } from '../support/servers';
import { APPENDFSYNC, redisPair } from './redis-server';

describeWith(['redis', 'mount-namespaces', 'loop-devices', 'ext4', 'xfs'], 'Redis under load', () => {
  let servers: Servers;
  beforeAll(async () => {
    const cases = APPENDFSYNC.map((name) => ({ name: `redis-${name}`, server: redisPair(name), document: 'redis' }));
    servers = await Servers.open([...cases, { name: 'redis-unquiesced', server: redisPair('always'), document: 'redis' }]);
  }, 300_000);
  afterAll(() => servers?.close());

  test.each(APPENDFSYNC)(
    'with appendfsync %s all acknowledged writes are in the set, none was acknowledged while frozen, and clients only wait',
    async (name) => {
      const proof = await servers.of(`redis-${name}`).proof();
      tell(`redis, appendfsync ${name}`, proof);
      expect(proof.wrongs).toEqual([]);
      expect(proof.closed).toMatchObject({ consistency: 'application', reason: 'proven' });
      expect(proof.closed.coverage.map(({ mount, held }) => ({ mount, held }))).toEqual(
        expect.arrayContaining([
          { mount: DATA, held: true },
          { mount: LOG, held: true },
        ]),
      );
    },
    300_000,
  );

  test('without the document, one volume after the other: the same check finds writes missing', async () => {
    const counter = await servers.of('redis-unquiesced').counterProof({ first: 'data' });
    expect(counter.wrongs).not.toEqual([]);
  }, 300_000);
});
