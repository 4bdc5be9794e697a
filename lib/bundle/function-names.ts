/** The functions, each a folder of lambda/ with a `handler.ts`. */
export const FUNCTION_NAMES = ['planner', 'worker', 'rescue', 'sweep', 'lifecycle', 'preflight', 'removal'] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];
