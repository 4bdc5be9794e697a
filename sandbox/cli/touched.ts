import type { EventEnvelope, RequestRecord } from '../ports';
import type { FleetMember } from '../scenario/fleet';
import { lastSegment } from './event-view';

const READS = /^(Describe|Get|List|Receive)/;

/** What was done to each instance beyond reading: requests about it or its volumes, and events from it. Instances with nothing are left out. */
export const findTouched = (
  fleet: readonly FleetMember[],
  requests: readonly RequestRecord[],
  events: readonly EventEnvelope[],
): ReadonlyMap<string, readonly string[]> => {
  const acts = requests.filter(({ action }) => !READS.test(action)).map(({ action, resources }) => ({ what: action, resources }));
  const told = events.map((event) => ({ what: `event ${event['detail-type']}`, resources: [sourceOf(event), ...event.resources] }));
  const found = fleet.map(({ name, instance }): [string, string[]] => {
    const ids = [instance.machine.id, ...instance.machine.volumes.map(({ id }) => id)];
    const about = [...acts, ...told].filter(({ resources }) => resources.some((resource) => ids.includes(lastSegment(resource))));
    return [name, [...new Set(about.map(({ what }) => what))]];
  });
  return new Map(found.filter(([, acts]) => acts.length > 0));
};

const sourceOf = ({ detail }: EventEnvelope): string => {
  const source: unknown = typeof detail === 'object' && detail !== null && 'source' in detail ? detail.source : undefined;
  return typeof source === 'string' ? source : '';
};
