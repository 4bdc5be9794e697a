import { VSS_HANDLER } from '../vss/vss-documents';
import { type JsonObject, type JsonPath, objectsAt } from './json-path';
import type { PolicyProblem } from './policy-problem';

const SCRIPTS = ['CreateRule', 'Scripts', '*'];
const usesVss = ({ ExecutionHandler }: JsonObject): boolean => ExecutionHandler === VSS_HANDLER;

const problem = (path: JsonPath, object: JsonObject, key: string, allowed: string): readonly PolicyProblem[] =>
  Object.hasOwn(object, key)
    ? [{ kind: 'value', path: [...path, key], found: object[key], message: `${allowed} with ${VSS_HANDLER}` }]
    : [];

/** What DLM has not with VSS: the instance makes the snapshots, of all its volumes, in a time of VSS's own. Looks at the file as it stands. */
export const vssProblems = (input: unknown): readonly PolicyProblem[] => {
  const schedules = objectsAt(input, ['Schedules', '*']).map((schedule) => ({
    ...schedule,
    vss: objectsAt(schedule.object, SCRIPTS, schedule.path).filter(({ object }) => usesVss(object)),
  }));
  const byVss = schedules.filter(({ vss }) => vss.length > 0);
  const ofScripts = byVss.flatMap(({ vss }) =>
    vss.flatMap(({ path, object }) => ['Stages', 'ExecutionTimeout'].flatMap((key) => problem(path, object, key, 'no such key'))),
  );
  const ofSchedules = byVss.flatMap(({ path, object }) => (object['CopyTags'] === true ? problem(path, object, 'CopyTags', 'false') : []));
  const ofPolicy = (byVss.length === 0 ? [] : objectsAt(input, ['Parameters'])).flatMap(({ path, object }) =>
    Array.isArray(object['ExcludeDataVolumeTags']) && object['ExcludeDataVolumeTags'].length > 0
      ? problem(path, object, 'ExcludeDataVolumeTags', 'an empty list')
      : [],
  );
  return [...ofScripts, ...ofSchedules, ...ofPolicy];
};
