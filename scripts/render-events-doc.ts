import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { DETAIL_SCHEMAS, eventSamples } from './event-samples';

const DOC = join(import.meta.dirname, '../docs/events.md');

const block = (value: unknown): string => `\n\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\`\n`;

/** Replace what stands between `<!-- NAME -->` and `<!-- end -->`. */
const fill = (text: string, name: string, content: string): string => {
  const [before, rest] = text.split(`<!-- ${name} -->`);
  const end = rest?.indexOf('<!-- end -->') ?? -1;
  if (rest === undefined || end < 0) throw new Error(`docs/events.md has no block ${name}`);
  return `${before}<!-- ${name} -->${content}${rest.slice(end)}`;
};

/** docs/events.md with the schemas and samples that the code gives. */
export const renderEventsDoc = (text: string): string => {
  const samples = eventSamples();
  return Object.entries(DETAIL_SCHEMAS).reduce((doc, [detailType, schema]) => {
    const sample = samples.find((candidate) => candidate.detailType === detailType);
    const withSample = fill(
      doc,
      `${detailType}: sample`,
      block({ source: 'stillpoint', 'detail-type': detailType, resources: sample?.resources, detail: sample?.detail }),
    );
    return fill(withSample, `${detailType}: schema`, block(z.toJSONSchema(schema)));
  }, text);
};

export const EVENTS_DOC = DOC;

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync(DOC, renderEventsDoc(readFileSync(DOC, 'utf8')));
