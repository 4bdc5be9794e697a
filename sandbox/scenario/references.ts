import { suggest } from './nearest';
import type { Problem } from './problem';
import type { InstanceEntry, ScenarioFile } from './scenario-file';

/** What a JSON Schema can't say: names that point at each other, and names that must differ. */
export const checkReferences = (scenario: ScenarioFile): readonly Problem[] => [
  ...twice(scenario.instances.map(({ name }, index) => [`instances[${index}].name`, name])),
  ...twice(scenario.instances.map(({ id }, index) => [`instances[${index}].id`, id])),
  ...twice(volumeField(scenario, 'id')),
  ...scenario.instances.flatMap((instance, index) => checkVolumes(instance, `instances[${index}]`)),
  ...unknownInstances(scenario),
];

type Named = readonly [field: string, value: string | undefined];

const twice = (named: readonly Named[]): readonly Problem[] => {
  const first = new Map<string, string>();
  return named.flatMap(([field, value]) => {
    if (value === undefined) return [];
    const before = first.get(value);
    if (before === undefined) first.set(value, field);
    return before === undefined ? [] : [{ field, message: `found "${value}", which ${before} has already` }];
  });
};

const volumeField = (scenario: ScenarioFile, key: 'id'): readonly Named[] =>
  scenario.instances.flatMap(({ volumes = [] }, i) =>
    volumes.map((volume, j): Named => [`instances[${i}].volumes[${j}].${key}`, volume[key]]),
  );

/** mkfs.xfs of xfsprogs 5.19 and later refuses less. */
const XFS_MIB = 300;

const checkVolumes = ({ volumes = [] }: InstanceEntry, at: string): readonly Problem[] => [
  ...twice(volumes.map(({ mount }, index) => [`${at}.volumes[${index}].mount`, mount])),
  ...twice(volumes.map(({ device }, index) => [`${at}.volumes[${index}].device`, device])),
  ...volumes.flatMap(({ filesystem, mount, sizeMiB }, index) => {
    const field = `${at}.volumes[${index}]`;
    if (filesystem === 'none' && mount !== undefined)
      return [{ field: `${field}.mount`, message: `found "${mount}", allowed: none, for filesystem "none"` }];
    if (filesystem === 'xfs' && sizeMiB < XFS_MIB)
      return [{ field: `${field}.sizeMiB`, message: `found ${sizeMiB}, allowed: ${XFS_MIB} or more for xfs (the image is sparse)` }];
    return [];
  }),
];

const unknownInstances = (scenario: ScenarioFile): readonly Problem[] => {
  const names = scenario.instances.map(({ name }) => name);
  const references: readonly Named[] = [
    ...(scenario.faults ?? []).map((fault, index): Named => [`faults[${index}].instance`, fault.instance]),
    ...(scenario.expect ?? []).map((expectation, index): Named => [`expect[${index}].instance`, expectation.instance]),
  ];
  return references.flatMap(([field, name]) =>
    name === undefined || names.includes(name) ? [] : [{ field, message: `no instance "${name}"; ${suggest(name, names)}` }],
  );
};
