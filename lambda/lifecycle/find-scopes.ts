import { groupBy } from '../core/group-by';
import { isFollowed } from '../core/lifecycle/is-followed';
import type { Request } from '../core/lifecycle/request';
import type { Ports, Scope } from './ports';

/** What a message of the queue asks for. */
export interface Asked {
  readonly request: Request;
  readonly messageId: string;
}

/** Whose sets to look after, and which messages ask for it. */
export interface Task {
  readonly scope: Scope;
  readonly messageIds: readonly string[];
}

/** Whose sets the messages are about, each once: several events of one policy and instance fall together. */
export const findScopes = async (ports: Ports, asked: readonly Asked[]): Promise<readonly Task[]> => {
  const found: Task[] = [];
  for (const { request, messageId } of asked)
    for (const scope of await scopesOf(ports, request)) found.push({ scope, messageIds: [messageId] });
  return [...groupBy(found, ({ scope: { trigger, policyId, instanceId } }) => [trigger, policyId, instanceId].join(' ')).values()].flatMap(
    (same) => same.slice(0, 1).map(({ scope }) => together(scope, same)),
  );
};

const together = (scope: Scope, same: readonly Task[]): Task => ({
  scope: { ...scope, closed: same.flatMap((task) => task.scope.closed) },
  messageIds: [...new Set(same.flatMap(({ messageIds }) => messageIds))],
});

const scopesOf = async ({ inventory, policies }: Ports, request: Request): Promise<readonly Scope[]> => {
  switch (request.kind) {
    case 'completed': {
      const owners = request.snapshotIds.length === 0 ? [] : await inventory.ownersOf(request.snapshotIds);
      return owners.map((owner) => ({ ...owner, trigger: 'event', closed: [] }));
    }
    case 'closed': {
      const { policyId, instanceId, executionId } = request;
      return request.made ? [{ policyId, instanceId, trigger: 'event', closed: [executionId] }] : [];
    }
    case 'all': {
      if (request.trigger === 'follow')
        return [...policies].flatMap(([policyId, policy]) => (isFollowed(policy) ? [{ policyId, trigger: 'follow', closed: [] }] : []));
      // Daily, what nothing looks after any more is found by looking at everything.
      const policyIds = new Set([...policies.keys(), ...(await inventory.policyIds())]);
      return [...policyIds].map((policyId) => ({ policyId, trigger: 'sweep', closed: [] }));
    }
    case 'again':
      return [{ policyId: request.policyId, instanceId: request.instanceId, trigger: request.trigger, closed: [] }];
  }
};
