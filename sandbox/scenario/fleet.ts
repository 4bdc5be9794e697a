import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { ApplicationSpec, VolumeSpec } from '../instance/ports';
import type { FleetInstance } from '../ports';
import type { ApplicationEntry, InstanceEntry, VolumeEntry } from './scenario-file';

/** An instance with the name that the scenario gives it. */
export interface FleetMember {
  readonly name: string;
  readonly instance: FleetInstance;
}

/** EC2's form of an id, always the same for the same name, so that two runs can be compared. */
export const madeUpId = (prefix: 'i' | 'vol', name: string): string =>
  `${prefix}-${createHash('sha256').update(`${prefix}:${name}`).digest('hex').slice(0, 17)}`;

/** An instance of a scenario, with everything that its author left out. `folder` is the scenario's. */
export const toFleetMember = (entry: InstanceEntry, folder: string): FleetMember => ({
  name: entry.name,
  instance: {
    machine: {
      id: entry.id ?? madeUpId('i', entry.name),
      volumes: (entry.volumes ?? []).map((volume, index) => toVolume(volume, index, entry.name)),
      ...(entry.application === undefined ? {} : { application: toApplication(entry.application, folder) }),
    },
    instanceType: entry.instanceType ?? 'm7g.large',
    platform: entry.platform ?? 'linux',
    state: entry.state ?? 'running',
    tags: { Name: entry.name, ...entry.tags },
    agent: entry.agent ?? 'online',
  },
});

/** EC2's recommended names for data volumes begin with /dev/sdf. */
const deviceName = (index: number): string => {
  const letters = 'fghijklmnopqrstuvwxyz';
  return index < letters.length ? `/dev/sd${letters[index]}` : `/dev/xvdb${letters[index - letters.length]}`;
};

const toVolume = (entry: VolumeEntry, index: number, instanceName: string): VolumeSpec => ({
  id: entry.id ?? madeUpId('vol', `${instanceName}/${index}`),
  deviceName: entry.device ?? deviceName(index),
  sizeMiB: entry.sizeMiB,
  volumeType: entry.type ?? 'gp3',
  filesystem: entry.filesystem,
  ...(entry.tags === undefined ? {} : { tags: entry.tags }),
  ...(entry.mount === undefined ? {} : { mount: entry.mount }),
  ...(entry.mountOptions === undefined ? {} : { mountOptions: entry.mountOptions }),
});

/** The commands find the application's folder as $APPLICATION. */
const toApplication = ({ start, ready, verify, folder }: ApplicationEntry, scenarioFolder: string): ApplicationSpec => {
  if (folder === undefined) return { start, ready, verify };
  const path = resolve(scenarioFolder, folder);
  const within = (command: string): string => `export APPLICATION=${quote(path)}; ${command}`;
  return { folder: path, start: within(start), ready: within(ready), verify: within(verify) };
};

/** A word for the shell. */
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
