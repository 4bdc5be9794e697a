/** Types of resources that the sandbox leaves aside, and why nothing is lost by it. Any other that it does not emulate is refused. */
export const LEFT_ASIDE: Readonly<Record<string, string>> = {
  'AWS::CDK::Metadata': 'of the CDK alone',
  'AWS::CloudWatch::Alarm': "metrics are lines in functions.jsonl; what an alarm says of them is the template's",
  'AWS::CloudWatch::Dashboard': 'the same',
  'AWS::Logs::LogGroup': "the functions' lines go to functions.jsonl",
  'AWS::Logs::QueryDefinition': 'for people; its fields are looked for in functions.jsonl by a test',
};

/** Throws with the types of a template that are neither emulated nor left aside. */
export const refuseUnknown = (types: readonly string[]): void => {
  const unknown = [...new Set(types)].filter((type) => !Object.hasOwn(LEFT_ASIDE, type)).sort();
  if (unknown.length > 0) throw new Error(`the sandbox does not emulate ${unknown.join(', ')}`);
};
