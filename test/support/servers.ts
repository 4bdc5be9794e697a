/**
 * Real database servers under load, through the whole sandbox: policy, worker, document, CreateSnapshots, restored copies.
 * Data lies on an ext4, log on an xfs volume. An engine is a {@link Server}: how to prepare, start, ask and load it.
 *
 *   const servers = await Servers.open([{ name: 'plain', server: postgresql(), document: 'postgresql' }]);
 *   const plain = servers.of('plain');                // also .instance (test/end-to-end/harness/instance.ts) and .run(script)
 *   const proof = await plain.proof();                // load, execution, load; the set restored, a server started from it
 *   expect(proof.wrongs).toEqual([]);                 // what the check found: nothing
 *   const counter = await plain.counterProof({ first: 'log', between: 'psql -c checkpoint' });   // no document; one volume a second after the other
 *   expect(counter.wrongs).not.toEqual([]);           // the same check
 *   await servers.close();                            // in afterAll
 *
 * By hand: `load()`, `acknowledged(count)`, `told(from, to)`, `endLoad()`, `restore(snapshotIds)`, `judge(...)`.
 */
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CreateSnapshotsCommand } from '@aws-sdk/client-ec2';
import { GetCommandInvocationCommand } from '@aws-sdk/client-ssm';
import { parseDocument } from 'yaml';
import * as z from 'zod/mini';
import type { ExecutionDetail } from '../../lambda/core/event/execution-event';
import { scriptDetailSchema } from '../../lambda/core/event/script-event';
import { findResultLine } from '../../lambda/core/result-line';
import type { ApplicationSpec, InstanceSpec, VolumeSpec } from '../../sandbox/instance/ports';
import type { AccountDocument, RequestRecord } from '../../sandbox/ports';
import { madeUpId } from '../../sandbox/scenario/fleet';
import { renderDocument } from '../../ssm-documents/render';
import { type Case, instanceOf, policyOf } from '../end-to-end/harness/cases';
import { Instance } from '../end-to-end/harness/instance';
import { TestSandbox } from './sandbox';

/** Where the volumes are mounted in every such instance. */
export const DATA = '/data';
export const LOG = '/log';

/** A database engine, as shell texts that are run as root inside the instance (bash). */
export interface Server {
  /** Once, on empty volumes: makes the database and the table of the load. No server may be left running. */
  readonly prepare: string;
  /** Ends with `exec` of the server in the foreground. Also run on restored copies, at the same paths. */
  readonly start: string;
  /** Exits 0 when the server answers. */
  readonly ready: string;
  readonly load: Load;
  /** Prints `WRITER COUNT HIGHEST` for each writer: what the table holds. */
  readonly rows: string;
}

export interface Load {
  /** A client that takes statements on its input and flushes each answer (`psql -qAtX`; `{writer}` is filled in), or the path of a socket. */
  readonly client: { readonly argv: readonly string[] } | { readonly socket: string };
  /** With its line end. `{writer}` and `{number}` are filled in, `{pad}` with 80 letters. */
  readonly statement: string;
  /** What the answer to a committed statement looks like: a regular expression for a line. All other lines are errors. */
  readonly acknowledged: string;
  /** Lines that mean nothing. @default empty ones */
  readonly ignored?: string;
  /** @default 8 */
  readonly writers?: number;
}

export interface ServerCase {
  readonly name: string;
  readonly server: Server;
  /** Folder below ssm-documents, or an absolute one. */
  readonly document: string;
  /** Defaults of the document's parameters that are others here (the worker passes none of a document's own). */
  readonly parameters?: Readonly<Record<string, string>>;
  /** DLM's script, where it differs. */
  readonly script?: Readonly<Record<string, unknown>>;
  /** MiB. @default 512 each */
  readonly size?: number;
  /** Filesystems of data and log. @default ext4, xfs */
  readonly filesystems?: readonly ['ext4' | 'xfs', 'ext4' | 'xfs'];
}

const toldSchema = z.object({
  ...{ before: z.number(), during: z.number(), after: z.number(), perSecond: z.number(), stallMs: z.number(), frozenStallMs: z.number() },
  /** The highest number acknowledged to each writer by the end of the time. */
  last: z.record(z.string(), z.number()),
  errors: z.array(z.string()),
});
/** What the load's clients were told; `stallMs` is the longest that a statement took, `frozenStallMs` that of those under way in the time. */
export type Told = z.infer<typeof toldSchema>;

export interface Verdict extends Told {
  /** Rows in the copy. */
  readonly rows: number;
  /** Each thing that is not as it must be; empty: the check passed. */
  readonly wrongs: readonly string[];
}

export interface Proof extends Verdict {
  readonly closed: ExecutionDetail;
  /** From the first freeze to the last thaw, as the document measured it. */
  readonly freezeMs: number;
  /** What the post-script's result line tells of the application. */
  readonly coordinates: Readonly<Record<string, string>>;
}

/** A line for a person, printed and never compared: no test may depend on times. */
export const tell = (name: string, { freezeMs, stallMs, perSecond, rows }: Proof): void =>
  console.info(`${name}: freeze window ${freezeMs} ms, worst statement ${stallMs} ms, ${perSecond} commits/s, ${rows} rows in the copies`);

/** What the load's folder is: on the instance's own memory filesystem, outside its volumes. */
const FOLDER = '/run/load';
const LOAD = join(import.meta.dirname, 'servers-load.mjs');
const DOCUMENTS = resolve(import.meta.dirname, '../../ssm-documents');
const WARM = 3_000;
const COPIES_APART_MS = 1_500;
const PATIENCE_MS = 60_000;

const applicationOf = ({ prepare, start, ready, rows }: Server): ApplicationSpec => ({
  folder: import.meta.dirname,
  start: `[[ -e ${DATA}/prepared ]] || { (set -e\n${prepare}\n) && touch ${DATA}/prepared; } || exit\n${start}`,
  ready: `[[ -e ${DATA}/prepared ]] && {\n${ready}\n}`, // the server that prepares is not the one
  verify: `set -e
    for mount in ${DATA} ${LOG}; do mkdir -p "$mount"; mount -n --bind "$RESTORED$mount" "$mount"; done
    (${start}\n) >/tmp/server.log 2>&1 & server=$!
    for ((tries = 0; ; tries++)); do
      if (${ready}\n) >/dev/null 2>&1; then break; fi
      if ((tries > 300)) || ! kill -0 "$server" 2>/dev/null; then
        echo 'the server does not start from the copies' >&2
        tail -n 15 /tmp/server.log >&2
        exit 1
      fi
      sleep 0.1
    done
    ${rows}`,
});

const volumesOf = ({ name, size = 512, filesystems = ['ext4', 'xfs'] }: ServerCase): readonly VolumeSpec[] =>
  [DATA, LOG].map((mount, index) => ({
    id: madeUpId('vol', `${name}/${index}`),
    deviceName: `/dev/sd${'fg'[index]}`,
    sizeMiB: size,
    volumeType: 'gp3',
    filesystem: filesystems[index] ?? 'ext4',
    mount,
  }));

const caseOf = (of: ServerCase): Case => ({
  application: applicationOf(of.server),
  volumes: volumesOf(of),
  script: { ExecutionHandler: `server-${of.name}`, ExecutionTimeout: 60, ...of.script },
});

const documentOf = ({ name, document: folder, parameters = {} }: ServerCase): AccountDocument => {
  const document = parseDocument(renderDocument(resolve(DOCUMENTS, folder)));
  for (const [parameter, value] of Object.entries(parameters)) document.setIn(['parameters', parameter, 'default'], value);
  return { name: `server-${name}`, content: document.toString(), tags: { DLMScriptsAccess: 'true' } };
};

/** The same machine for tests without a sandbox (machines.ts): `fleet.machine(machineOf(...))`. */
export const machineOf = (of: ServerCase): InstanceSpec => instanceOf(of.name, caseOf(of)).machine;

/** What a writer's rows in a copy are: how many, and the highest number. */
export interface Rows {
  readonly count: number;
  readonly highest: number;
}

/** Acknowledged rows that a copy lacks, and gaps in it. `last` is the highest number acknowledged by writer. */
export const missing = (last: Readonly<Record<string, number>>, found: ReadonlyMap<string, Rows>): readonly string[] =>
  Object.entries(last).flatMap(([writer, acknowledged]) => {
    const { count, highest } = found.get(writer) ?? { count: 0, highest: 0 };
    const lost = highest < acknowledged ? [`writer ${writer}: acknowledged to ${acknowledged}, in the copy to ${highest}`] : [];
    return count === highest ? lost : [...lost, `writer ${writer}: ${count} rows up to number ${highest}`];
  });

export class Servers {
  private constructor(
    readonly sandbox: TestSandbox,
    private readonly instances: ReadonlyMap<string, ServerInstance>,
  ) {}

  /** One instance with a policy of its own for each case; all have their servers up. */
  static async open(cases: readonly ServerCase[]): Promise<Servers> {
    const sandbox = await TestSandbox.open({
      fleet: cases.map((of) => instanceOf(of.name, caseOf(of))),
      policies: Object.fromEntries(cases.map((of) => [of.name, policyOf(of.name, caseOf(of))])),
      documents: cases.map(documentOf),
    });
    return new Servers(sandbox, new Map(cases.map((of) => [of.name, new ServerInstance(new Instance(sandbox, of.name, of.name), of)])));
  }

  of(name: string): ServerInstance {
    const instance = this.instances.get(name);
    if (instance === undefined) throw new Error(`no server ${name}`);
    return instance;
  }

  close(): Promise<void> {
    return this.sandbox.close();
  }
}

export class ServerInstance {
  #firstWriter = 1;

  constructor(
    readonly instance: Instance,
    private readonly about: ServerCase,
  ) {}

  /** Runs a shell text as root; its output. Throws unless it exits 0. */
  async run(script: string): Promise<string> {
    const { code, stdout, stderr } = await this.instance.run(script);
    if (code !== 0) throw new Error(`${script}: exit ${code}: ${stderr}${stdout}`);
    return stdout.trim();
  }

  /** Under load: an execution of the policy, restored and checked. Freeze, stall and acknowledgements are of this run. */
  async proof(): Promise<Proof> {
    await this.load();
    await this.acknowledged(WARM);
    const [seen, old] = [this.instance.events().length, (await this.instance.snapshots()).map(({ id }) => id)];
    const closings = this.instance.told().filter((told) => told.startsWith('CLOSED')).length;
    await this.instance.fire();
    const closed = await this.instance.closed(closings + 1);
    await this.acknowledged((await this.count()) + WARM);
    await this.endLoad();
    const set = (await this.instance.snapshots()).map(({ id }) => id).filter((id) => !old.includes(id));
    const { from, to, commandId } = this.#held(seen);
    const verdict = await this.judge(await this.told(from, to), set);
    const during = verdict.during === 0 ? [] : [`${verdict.during} rows were acknowledged while frozen`];
    const unproven = closed.consistency === 'application' ? [] : [`${closed.consistency}: ${closed.reason} ${closed.detail}`];
    return {
      ...verdict,
      wrongs: [...unproven, ...verdict.wrongs, ...during],
      closed,
      freezeMs: closed.freeze_window_ms ?? Number.NaN,
      coordinates: await this.#coordinates(commandId),
    };
  }

  /** Under load, without any document: one volume after the other, as if each were snapshotted by itself. The same check. */
  async counterProof({ first, between = 'true' }: { readonly first: 'data' | 'log'; readonly between?: string }): Promise<Verdict> {
    await this.load();
    await this.acknowledged((await this.count()) + WARM);
    const begun = Date.now();
    const order = first === 'data' ? [DATA, LOG] : [LOG, DATA];
    const set: string[] = [];
    for (const mount of order) {
      set.push(...(await this.#snapshotOnly(mount)));
      if (set.length > 1) break;
      await this.run(between);
      await pause(COPIES_APART_MS); // the point of it
    }
    await this.endLoad();
    return this.judge(await this.told(begun, begun), set);
  }

  /** Starts the load, with writers that had no row before. */
  async load(): Promise<void> {
    const { writers = 8, ...load } = this.about.server.load;
    const text = JSON.stringify({ ...load, writers, firstWriter: this.#firstWriter });
    this.#firstWriter += writers;
    await this.run(`
      rm -rf ${FOLDER}; mkdir -p ${FOLDER}; cat >${FOLDER}/load.json <<'END'\n${text}\nEND
      setsid node ${LOAD} run ${FOLDER} </dev/null >/dev/null 2>>${FOLDER}/errors & echo $! >${FOLDER}/pid`);
  }

  async count(): Promise<number> {
    return Number(await this.run(`node ${LOAD} count ${FOLDER}`));
  }

  /** Waits until so many rows of this load were acknowledged. */
  async acknowledged(count: number): Promise<void> {
    const end = Date.now() + PATIENCE_MS;
    while ((await this.count()) < count) {
      if (Date.now() > end) throw new Error(`no ${count} rows: ${await this.run(`tail -n 5 ${FOLDER}/errors`)}`);
      await pause(200);
    }
  }

  /** Lets every statement under way end, then ends the clients. */
  async endLoad(): Promise<void> {
    await this.run(`kill $(<${FOLDER}/pid); while kill -0 $(<${FOLDER}/pid) 2>/dev/null; do sleep 0.05; done`);
  }

  async told(from: number, to: number): Promise<Told> {
    return toldSchema.parse(JSON.parse(await this.run(`node ${LOAD} told ${FOLDER} ${from} ${to}`)));
  }

  /** Starts a server from copies of these snapshots; the rows that it holds by writer, or why it does not. */
  async restore(snapshotIds: readonly string[]): Promise<ReadonlyMap<string, Rows> | string> {
    const { code, stdout, stderr } = await this.instance.sandbox.verify(this.instance.id, snapshotIds);
    if (code !== 0) return `${stderr}${stdout}`.trim();
    const rows = stdout.split('\n').map((line) => line.trim().split(/[\s|]+/));
    return new Map(
      rows
        .filter(([writer]) => writer)
        .map(([writer = '', count, highest]) => [writer, { count: Number(count), highest: Number(highest) }]),
    );
  }

  /** The check: a server starts from the copies, every acknowledged row is there, none is missing between, no client got an error. */
  async judge(told: Told, snapshotIds: readonly string[]): Promise<Verdict> {
    const found = await this.restore(snapshotIds);
    if (typeof found === 'string') return { ...told, rows: 0, wrongs: [found] };
    const rows = [...found.values()].reduce((sum, { count }) => sum + count, 0);
    return { ...told, rows, wrongs: [...missing(told.last, found), ...told.errors] };
  }

  /** While all was frozen for certain: from the call of CreateSnapshots to the sending of the post-script. */
  #held(seen: number): { readonly from: number; readonly to: number; readonly commandId: string } {
    const call: RequestRecord | undefined = this.instance.calls('CreateSnapshots').at(-1);
    const scripts = this.instance
      .events()
      .slice(seen)
      .flatMap((event) => scriptDetailSchema.safeParse(event.detail).data ?? []);
    const posts = scripts.filter(({ script_stage }) => script_stage === 'POST');
    const [from, to] = [new Date(call?.time ?? 0), new Date(posts[0]?.start_time ?? 0)];
    return { from: from.getTime(), to: to.getTime(), commandId: posts.at(-1)?.stillpoint.command_id ?? '' };
  }

  async #coordinates(commandId: string): Promise<Readonly<Record<string, string>>> {
    if (commandId === '') return {};
    const invocation = await this.instance.sandbox.ssm.send(
      new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: this.instance.id }),
    );
    return findResultLine(invocation.StandardOutputContent ?? '')?.application.coordinates ?? {};
  }

  async #snapshotOnly(mount: string): Promise<readonly string[]> {
    const others = volumesOf(this.about).filter((volume) => volume.mount !== mount);
    const { Snapshots = [] } = await this.instance.sandbox.ec2.send(
      new CreateSnapshotsCommand({
        InstanceSpecification: { InstanceId: this.instance.id, ExcludeBootVolume: true, ExcludeDataVolumeIds: others.map(({ id }) => id) },
      }),
    );
    return Snapshots.flatMap(({ SnapshotId }) => SnapshotId ?? []);
  }
}
