import { AwsError } from '../aws-error';
import type { DocumentContent, DocumentParameter } from './document-schema';

type Given = Readonly<Record<string, readonly string[]>>;

const invalid = (message: string): AwsError => new AwsError('InvalidParameters', message);

/** Check SendCommand's parameters against the document, as the service does before anything reaches an agent. */
export const checkParameters = (content: DocumentContent, given: Given): void => {
  const declared = content.parameters ?? {};
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(declared, name));
  if (unknown.length > 0) throw invalid(`Parameters provided in SendCommand request are invalid: ${unknown.join(', ')}`);
  for (const [name, parameter] of Object.entries(declared)) {
    const values = given[name];
    if (values === undefined) {
      if (parameter.default === undefined) throw invalid(`Parameter ${name} requires value(s)`);
    } else checkValues(name, parameter, values);
  }
};

const checkValues = (name: string, parameter: DocumentParameter, values: readonly string[]): void => {
  if (parameter.type !== 'StringList' && values.length !== 1) throw invalid(`Parameter ${name} takes one value, ${values.length} given`);
  for (const value of values) checkValue(name, parameter, value);
};

const checkValue = (
  name: string,
  { allowedValues, allowedPattern, minChars = 0, maxChars = Number.POSITIVE_INFINITY }: DocumentParameter,
  value: string,
): void => {
  if (allowedValues !== undefined && !allowedValues.map(String).includes(value)) {
    throw invalid(`Parameter "${name}" has value "${value}" not in [${allowedValues.join(', ')}]`);
  }
  // The service matches the whole value; the agent's own check is unanchored.
  if (allowedPattern !== undefined && !new RegExp(`^(?:${allowedPattern})$`).test(value)) {
    throw invalid(`Parameter "${name}" has value "${value}" not matching ${allowedPattern}`);
  }
  if (value.length < minChars || value.length > maxChars) throw invalid(`Parameter "${name}" has ${value.length} characters`);
};
