import { join } from 'node:path';
import { CommandAgent } from './agent/agent';
import { rootEnvironment, startApplication } from './application';
import type { ImageStore } from './image-store';
import { type MountedImage, Namespace } from './namespace';
import type { InstanceSpec, Machine, RunResult, VolumeSpec } from './ports';
import { captured } from './processes';

type MountedVolume = VolumeSpec & { readonly mount: string };

const isMounted = (volume: VolumeSpec): volume is MountedVolume => volume.mount !== undefined && volume.filesystem !== 'none';

/** An instance in namespaces of its own, its volumes loop-mounted images that can really be frozen. */
export class NamespaceMachine implements Machine {
  readonly mode = 'real';
  readonly agent: CommandAgent;
  #namespace: Promise<Namespace> | undefined;
  #started: Promise<void> | undefined;
  #stopped: Promise<void> | undefined;

  constructor(
    readonly spec: InstanceSpec,
    private readonly folder: string,
    private readonly store: ImageStore,
    region: string,
  ) {
    this.agent = new CommandAgent(spec.id, region);
    for (const volume of spec.volumes) store.register(volume);
  }

  start(): Promise<void> {
    this.#started ??= this.#start();
    return this.#started;
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop().finally(() => {
      this.#stopped = undefined;
    });
    return this.#stopped;
  }

  async #start(): Promise<void> {
    try {
      this.#namespace = this.#boot();
      const namespace = await this.#namespace;
      const { application } = this.spec;
      if (application) await startApplication(namespace, application, join(this.folder, 'application.log'));
      if (this.#namespace !== undefined) this.agent.connect(namespace);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async #boot(): Promise<Namespace> {
    const images: MountedImage[] = [];
    for (const volume of this.#mounted()) images.push({ volume, image: await this.store.image(volume.id), mount: volume.mount });
    const folder = this.spec.application?.folder;
    const namespace = await Namespace.boot(join(this.folder, 'work'), images, folder === undefined ? [] : [folder]);
    for (const volume of this.#mounted()) this.store.attach(volume.id, namespace.pid);
    return namespace;
  }

  /** Also in the middle of a boot, whose caller then hears that the application was killed. */
  async #stop(): Promise<void> {
    const booting = this.#namespace;
    this.#namespace = undefined;
    this.#started = undefined;
    this.agent.disconnect();
    const namespace = await booting?.catch(() => undefined);
    if (namespace === undefined) return;
    for (const volume of this.#mounted()) this.store.attach(volume.id, undefined);
    await namespace.shutDown();
  }

  async run(script: string): Promise<RunResult> {
    const namespace = await this.#running();
    return await captured(namespace.spawn(['bash', '-c', script], { env: rootEnvironment('') }).process);
  }

  /**
   * Asks for a remount that changes nothing: the kernel refuses it with EBUSY for a frozen filesystem, before anything else.
   * It writes nothing, never blocks, and unlike a trial freeze it does not change what it asks about.
   */
  async frozen(): Promise<readonly string[]> {
    const script = 'for mount; do LC_ALL=C mount -i -n -o remount,rw "$mount" 2>&1 | grep -q busy && printf "%s\\n" "$mount"; done; exit 0';
    const mounts = this.#mounted().map((volume) => volume.mount);
    const namespace = await this.#running();
    const probe = namespace.spawn(['bash', '-c', script, 'frozen', ...mounts], { env: rootEnvironment('') });
    return (await captured(probe.process)).stdout.split('\n').filter(Boolean);
  }

  #mounted(): readonly MountedVolume[] {
    return this.spec.volumes.filter(isMounted);
  }

  #running(): Promise<Namespace> {
    if (this.#namespace === undefined) throw new Error(`${this.spec.id} is not running`);
    return this.#namespace;
  }
}
