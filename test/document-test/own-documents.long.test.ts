import { join } from 'node:path';
import { documentFolders } from '../../ssm-documents/render';
import { type CapabilityName, describeWith, hasCapability } from '../support/capabilities';
import { KIT, rendered, tryDocument } from './kit';

jest.setTimeout(600_000);

interface Own {
  readonly document: string;
  /** What it is tried with. */
  readonly server?: CapabilityName;
  readonly args: readonly string[];
  /** Lines that it has nothing to show for. */
  readonly inapplicable: readonly string[];
}

const IRIS = `bash '${join(import.meta.dirname, 'iris-stand-in.sh')}'`;
const STAND_IN = ['--prepare', `${IRIS} prepare`, '--server', `${IRIS} serve`, '--ready', `${IRIS} ready`, '--lock-probe', `${IRIS} probe`];

const OWN: readonly Own[] = [
  { document: 'filesystem', args: [], inapplicable: ['lock'] },
  { document: 'template', args: [], inapplicable: ['lock'] },
  { document: 'mysql', server: 'mariadb', args: [], inapplicable: [] },
  { document: 'mysql', server: 'mysql', args: [], inapplicable: [] },
  // A checkpoint cannot end while somebody else holds a volume: not to wait long for it.
  { document: 'postgresql', server: 'postgresql', args: ['--parameter', 'checkpointSeconds=2'], inapplicable: ['lock'] },
  { document: 'redis', server: 'redis', args: [], inapplicable: [] },
  { document: 'iris', args: STAND_IN, inapplicable: [] },
];

test('each of our documents is here', () => {
  expect([...new Set(OWN.map(({ document }) => document))].sort()).toEqual(documentFolders());
});

const passes = async ({ document, server, args, inapplicable }: Own): Promise<void> => {
  const report = await tryDocument(`${document}.yaml`, rendered(document), ...(server === undefined ? [] : ['--server', server]), ...args);

  const wrong = report.of('fail').map((id) => `${id}: ${report.seen(id)}`);
  expect({ wrong, untried: report.of('not tried') }).toEqual({ wrong: [], untried: [] });
  expect(report.of('not applicable')).toEqual(inapplicable);
  expect(report).toMatchObject({ code: 0, ok: true });
};

// In one group, since only tests of a group are run at the same time.
const isHere = ({ server }: Own): boolean => server === undefined || hasCapability(server);
describeWith(KIT, 'the test kit and our documents', () => {
  test.concurrent.each(OWN.filter(isHere).map((own) => ({ ...own, with: own.server ?? 'no server' })))(
    '$document passes all that applies, with $with',
    passes,
  );
});

for (const own of OWN.filter((one) => !isHere(one)))
  describeWith(own.server === undefined ? KIT : [own.server], `the test kit and ${own.document}`, () => {
    test('passes all that applies', () => passes(own));
  });
