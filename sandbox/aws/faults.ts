import type { Fault } from '../ports';

type Kind = Fault['kind'];
type FaultOf<K extends Kind> = Extract<Fault, { kind: K }>;

/** The knobs that are set now. Each fault applies to its next `times` matches. */
export interface Faults {
  add(fault: Fault): void;
  /** Use up one match of a fault of this kind for the action (where the kind has one) and the things touched. */
  take<K extends Kind>(kind: K, match: { readonly action?: string; readonly touched: ReadonlySet<string> }): FaultOf<K> | undefined;
}

const isOfKind = <K extends Kind>(fault: Fault, kind: K): fault is FaultOf<K> => fault.kind === kind;

const arm = (fault: Fault) => ({ fault, left: fault.times ?? 1, skip: ('skip' in fault && fault.skip) || 0 });

export const createFaults = (initial: readonly Fault[]): Faults => {
  const armed = initial.map(arm);
  return {
    add: (fault) => armed.push(arm(fault)),
    take: (kind, { action, touched }) => {
      for (const entry of armed) {
        const { fault } = entry;
        if (entry.left < 1 || !isOfKind(fault, kind)) continue;
        if ('action' in fault && fault.action !== action) continue;
        if (fault.instanceId !== undefined && !touched.has(fault.instanceId)) continue;
        if (entry.skip > 0) {
          entry.skip -= 1;
          continue;
        }
        entry.left -= 1;
        return fault;
      }
      return undefined;
    },
  };
};
