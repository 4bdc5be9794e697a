import type { VolumeSpec } from '../../instance/ports';
import { AwsError } from '../aws-error';
import { notFound } from './describe';
import { type Ec2State, isRootDevice } from './state';

const EXCLUDED_LIMIT = 40;

export interface InstanceSpecification {
  readonly InstanceId: string;
  readonly ExcludeBootVolume?: string | undefined;
  readonly ExcludeDataVolumeId?: readonly string[] | undefined;
}

/** The volumes of a set: all attached ones without the excluded ones. */
export const volumesOfSet = (state: Ec2State, specification: InstanceSpecification): readonly VolumeSpec[] => {
  const record = state.instances.get(specification.InstanceId);
  if (record === undefined) throw notFound('InstanceID', specification.InstanceId);
  const excluded = specification.ExcludeDataVolumeId ?? [];
  checkExcluded(record.fleet.machine.volumes, excluded);
  const included = record.fleet.machine.volumes.filter(
    ({ id, deviceName }) => !excluded.includes(id) && !(specification.ExcludeBootVolume === 'true' && isRootDevice(deviceName)),
  );
  if (included.length === 0) throw invalid('No volumes are left to snapshot: all volumes of the instance are excluded');
  return included;
};

const checkExcluded = (volumes: readonly VolumeSpec[], excluded: readonly string[]): void => {
  if (excluded.length > EXCLUDED_LIMIT) throw invalid(`At most ${EXCLUDED_LIMIT} volumes can be excluded`);
  for (const id of excluded) {
    const volume = volumes.find((candidate) => candidate.id === id);
    if (volume === undefined) throw invalid(`The volume '${id}' is not attached to the instance`);
    if (isRootDevice(volume.deviceName)) throw invalid(`The volume '${id}' is the root volume: use ExcludeBootVolume`);
  }
};

/** AWS does not publish the code of these refusals. */
const invalid = (message: string): AwsError => new AwsError('InvalidParameterValue', message);
