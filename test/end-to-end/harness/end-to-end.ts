import { describeWith } from '../../support/capabilities';
import { TestSandbox, type TestSandboxOptions } from '../../support/sandbox';
import { type Case, documents, instanceOf, policyOf } from './cases';
import { Instance } from './instance';
import { describePromises } from './promises';

type Body = (instance: Instance, others: (name: string) => Instance) => Promise<void>;

/** What a test file defines its paths with. */
export interface Paths<Name extends string> {
  /** One path of the worker, on the case of that name; runs beside the file's others. */
  path(name: Name, behaviour: string, body: Body): void;
  /** The same, alone and in the file's order. */
  alone(name: Name, behaviour: string, body: Body): void;
}

const PATIENCE_MS = 180_000;

/**
 * A sandbox with an instance and a policy for each case, shared by the file's tests, and at the end what must hold of all of them.
 */
export const endToEnd = <Name extends string>(
  title: string,
  cases: Readonly<Record<Name, Case>>,
  define: (paths: Paths<Name>) => void,
  settings: TestSandboxOptions['settings'] = {},
): void =>
  describeWith(['mount-namespaces', 'loop-devices', 'ext4', 'xfs'], title, () => {
    const all = new Map<string, Case>(Object.entries(cases));
    let opening: Promise<TestSandbox> | undefined;
    const open = (): Promise<TestSandbox> => (opening ??= openFor(all, settings));
    const instance = async (name: string): Promise<(other: string) => Instance> => {
      const sandbox = await open();
      if (!all.has(name)) throw new Error(`no case ${name}`);
      return (other) => new Instance(sandbox, other, all.get(other)?.under ?? other);
    };
    const run = (name: Name, body: Body) => async () => {
      const of = await instance(name);
      await body(of(name), of);
    };
    afterAll(async () => {
      const sandbox = await opening?.catch(() => undefined);
      await sandbox?.close();
    });
    define({
      path: (name, behaviour, body) => test.concurrent(behaviour, run(name, body), PATIENCE_MS),
      alone: (name, behaviour, body) => test(behaviour, run(name, body), PATIENCE_MS),
    });
    describePromises(title, open);
  });

const openFor = (cases: ReadonlyMap<string, Case>, settings: TestSandboxOptions['settings'] = {}): Promise<TestSandbox> =>
  TestSandbox.open({
    settings,
    fleet: [...cases].map(([name, of]) => instanceOf(name, of)),
    policies: Object.fromEntries([...cases].filter(([, of]) => of.under === undefined).map(([name, of]) => [name, policyOf(name, of)])),
    documents: documents(),
  });
