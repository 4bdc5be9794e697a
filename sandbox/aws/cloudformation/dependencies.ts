import type { Template, TemplateResource } from '../template/template-schema';

type Resources = Template['Resources'];

/** Logical ids that a value's intrinsic functions name. */
const namedIn = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(namedIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    if (key === 'Ref' && typeof child === 'string') return [child];
    if (key === 'Fn::GetAtt') return [String(Array.isArray(child) ? child[0] : child).split('.')[0] ?? ''];
    if (key === 'Fn::Sub') return [...JSON.stringify(child).matchAll(/\$\{([A-Za-z0-9]+)/g)].map(([, name = '']) => name);
    return namedIn(child);
  });
};

const dependenciesOf = ({ DependsOn = [], Properties }: TemplateResource): readonly string[] => [
  ...(typeof DependsOn === 'string' ? [DependsOn] : DependsOn),
  ...namedIn(Properties),
];

/** Of these resources the ones that no other of them depends on: CloudFormation deletes them first, all at once. */
export const nextToDelete = (resources: Resources, ids: readonly string[]): readonly string[] => {
  const needed = new Set(ids.flatMap((id) => dependenciesOf(resources[id] ?? { Type: '' }).filter((other) => other !== id)));
  return ids.filter((id) => !needed.has(id));
};
