/** Tags that VSS writes itself: one of them in `tags` is an error. */
const RESERVED = ['AppConsistent', 'AwsVssConfig', 'Device'];

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** The document's `tags`, `Key=K,Value=V;Key=K,Value=V`. Throws what the script would fail with. */
export const parseTags = (text: string): readonly Tag[] =>
  text
    .split(';')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const { key: Key = '', value: Value = '' } = /^Key=(?<key>[^,]+),Value=(?<value>[^,]*)$/.exec(pair)?.groups ?? {};
      if (Key === '') throw new Error(`not a tag: ${pair}`);
      if (RESERVED.includes(Key)) throw new Error(`the tag ${Key} is reserved`);
      return { Key, Value };
    });
