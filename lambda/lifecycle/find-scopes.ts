import { groupBy } from '../core/group-by';
import type { Request } from '../core/lifecycle/request';
import type { Ports, Scope } from './ports';

/** Whose sets the requests are about, each once: several events of one policy and instance fall together. */
export const findScopes = async (ports: Ports, requests: readonly Request[]): Promise<readonly Scope[]> => {
  const completed = requests.flatMap((request) => (request.kind === 'completed' ? request.snapshotIds : []));
  const ofCompleted = completed.length === 0 ? [] : await ports.inventory.ownersOf([...new Set(completed)]);
  const scopes = [
    ...ofCompleted.map((owner): Scope => ({ ...owner, trigger: 'event', closed: [] })),
    ...requests.flatMap((request) => scopesOf(ports, request)),
  ];
  return [...groupBy(scopes, ({ trigger, policyId, instanceId }) => [trigger, policyId, instanceId].join(' ')).values()].flatMap((same) =>
    same.slice(0, 1).map((first) => ({ ...first, closed: same.flatMap(({ closed }) => closed) })),
  );
};

const scopesOf = ({ policies }: Ports, request: Request): readonly Scope[] => {
  if (request.kind === 'completed') return [];
  if (request.kind === 'all') return [...policies.keys()].map((policyId) => ({ policyId, trigger: request.trigger, closed: [] }));
  const { policyId, instanceId } = request;
  if (request.kind === 'again') return [{ policyId, instanceId, trigger: request.trigger, closed: [] }];
  return request.made ? [{ policyId, instanceId, trigger: 'event', closed: [request.executionId] }] : [];
};
