import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import type { ScriptPlan } from '../../../lambda/core/execution-message';
import { HANA_DOCUMENT } from '../../../lambda/core/policy/execution-handler';
import type { ApplicationSpec, VolumeSpec } from '../../../sandbox/instance/ports';
import type { AccountDocument, FleetInstance } from '../../../sandbox/ports';
import { readDocuments } from '../../../sandbox/scenario/documents';
import { madeUpId } from '../../../sandbox/scenario/fleet';
import { renderDocument } from '../../../ssm-documents/render';

/** What a case of a test file is about: one policy and the instance that it targets. */
export interface Case {
  /** DLM's script, where it differs from {@link SCRIPT}; null: a policy without scripts. */
  readonly script?: Readonly<Record<string, unknown>> | null;
  /** More of its schedule, and further ones at the same minute, by name. */
  readonly schedule?: Readonly<Record<string, unknown>>;
  readonly coinciding?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Our extensions, where they differ. */
  readonly stillpoint?: Readonly<Record<string, unknown>>;
  readonly state?: FleetInstance['state'];
  readonly agent?: FleetInstance['agent'];
  readonly platform?: FleetInstance['platform'];
  readonly volumes?: readonly VolumeSpec[];
  readonly application?: ApplicationSpec;
  readonly tags?: Readonly<Record<string, string>>;
  /** Where they are not one tag `Backup` with the case's name. */
  readonly targetTags?: readonly { readonly Key: string; readonly Value: string }[];
  /** Is a target of another case's policy and has none of its own. */
  readonly under?: string;
}

export const SCHEDULE = 'Hourly';

/** Without retries, with the crash-consistent fallback. */
const SCRIPT = {
  Stages: ['PRE', 'POST'],
  ExecutionHandlerService: 'AWS_SYSTEMS_MANAGER',
  ExecutionHandler: 'stillpoint-filesystem',
  ExecuteOperationOnScriptFailure: true,
  ExecutionTimeout: 20,
  MaximumRetryCount: 0,
};

/** The same for a message, with our filesystem document and a retry. */
export const PLAN: ScriptPlan = {
  stages: ['pre', 'post'],
  executionHandler: 'stillpoint-filesystem',
  executeOperationOnScriptFailure: true,
  executionTimeout: 20,
  maximumRetryCount: 1,
  recoveryThaw: 'auto',
  retryPause: 1,
};

/** Due within the last quarter of an hour, so that no sandbox has to move its time and the app is built once for all test files. */
const recentMinute = (): number => Math.floor(new Date().getUTCMinutes() / 15) * 15;

const hourly = () => ({ Location: 'CLOUD', CronExpression: `cron(${recentMinute()} * * * ? *)` });

/** A case's policy; its id and its target tag's value are the case's name. */
export const policyOf = (name: string, { script, schedule, coinciding = {}, parameters, stillpoint, targetTags }: Case) => ({
  Description: `End-to-end tests ${name}`,
  State: 'ENABLED',
  PolicyType: 'EBS_SNAPSHOT_MANAGEMENT',
  PolicyLanguage: 'STANDARD',
  ResourceTypes: ['INSTANCE'],
  ResourceLocations: ['CLOUD'],
  TargetTags: targetTags ?? [{ Key: 'Backup', Value: name }],
  Schedules: [
    {
      Name: SCHEDULE,
      CreateRule: {
        ...hourly(),
        ...(script === null ? {} : { Scripts: [{ ...SCRIPT, ...script }] }),
      },
      RetainRule: { Count: 7 },
      ...schedule,
    },
    ...Object.entries(coinciding).map(([Name, more]) => ({ Name, CreateRule: hourly(), ...more })),
  ],
  ...(parameters === undefined ? {} : { Parameters: parameters }),
  Stillpoint: { RetryPause: 1, ...stillpoint },
});

export const volumeOf = (name: string, filesystem: 'ext4' | 'xfs' = 'ext4', mount = '/data', index = 0): VolumeSpec => ({
  id: madeUpId('vol', `${name}/${index}`),
  deviceName: `/dev/sd${'fgh'[index] ?? 'z'}`,
  sizeMiB: filesystem === 'xfs' ? 300 : 16,
  volumeType: 'gp3',
  filesystem,
  mount,
});

export const instanceOf = (name: string, of: Case): FleetInstance => ({
  machine: {
    id: madeUpId('i', name),
    volumes: of.volumes ?? [volumeOf(name)],
    ...(of.application === undefined ? {} : { application: of.application }),
  },
  instanceType: 'm7g.large',
  platform: of.platform ?? 'linux',
  state: of.state ?? 'running',
  tags: { Name: name, Backup: of.under ?? name, ...of.tags },
  agent: of.agent ?? 'online',
});

const EXAMPLE = resolve(import.meta.dirname, '../../../sandbox/example');

/** The example fleet's application, on two volumes. */
export const ledger = (name: string, ...flags: readonly string[]): Pick<Case, 'application' | 'volumes'> => {
  const program = join(EXAMPLE, 'application/ledger.mjs');
  return {
    application: {
      folder: join(EXAMPLE, 'application'),
      start: `exec node ${program} serve ${flags.join(' ')}`,
      ready: `node ${program} ping`,
      verify: `node ${program} verify "$RESTORED"`,
    },
    volumes: [volumeOf(name, 'ext4', '/journal', 0), volumeOf(name, 'xfs', '/ledger', 1)],
  };
};

const documentsIn = (folder: string) => {
  const read = readDocuments(folder);
  if (!read.ok) throw new Error(read.message);
  return read.value;
};

/** Our filesystem document with another default of a parameter. */
const filesystemWith = (name: string, parameter: string, value: string): AccountDocument => {
  const document = parseDocument(renderDocument(resolve(import.meta.dirname, '../../../ssm-documents/filesystem')));
  document.setIn(['parameters', parameter, 'default'], value);
  return { name, content: document.toString(), tags: { DLMScriptsAccess: 'true' } };
};

/** A document whose hooks a test writes on the instance, with {@link Instance.hook}. */
const scripted = (): AccountDocument => ({
  name: 'scripted',
  content: renderDocument(resolve(import.meta.dirname, '../../documents/fixtures/scripted')),
  tags: { DLMScriptsAccess: 'true' },
});

const ordersText = (): string => readFileSync(resolve(import.meta.dirname, '../documents/orders.yaml'), 'utf8');

/** Another account that shares a document. */
export const SHARING_ACCOUNT = '444455556666';
export const SHARED_ORDERS: AccountDocument = { name: 'shared-orders', owner: SHARING_ACCOUNT, content: ordersText() };

/** A stand-in of our own for AWS's document for SAP HANA. */
const hana = (): AccountDocument => ({
  name: HANA_DOCUMENT,
  content: readFileSync(resolve(import.meta.dirname, '../documents-of-aws/hana.yaml'), 'utf8'),
});

/** The strangers' documents of this folder's tests and the example's. */
export const documents = () => [
  scripted(),
  filesystemWith('short-thaw', 'autoThawSeconds', '10'), // the shortest that the worker takes
  filesystemWith('long-thaw', 'autoThawSeconds', '300'), // past any number of cold starts
  filesystemWith('too-short', 'autoThawSeconds', '9'),
  SHARED_ORDERS,
  hana(),
  filesystemWith('without-more', 'excludePaths', '/more'),
  ...documentsIn(resolve(import.meta.dirname, '../documents')),
  ...documentsIn(resolve(import.meta.dirname, '../documents')).map((document) => ({
    ...document,
    name: `untagged-${document.name}`,
    tags: {},
  })),
  ...documentsIn(join(EXAMPLE, 'documents')),
];
