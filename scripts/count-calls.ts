import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';

const requestSchema = z.object({ role: z.optional(z.string()), service: z.string(), action: z.string() });
const eventSchema = z.object({ 'detail-type': z.string(), source: z.string() });
const lineSchema = z.object({ line: z.unknown() });

const CLOSING = 'Stillpoint Execution Notification';

/** `npx tsx scripts/count-calls.ts [runs/latest]`: what an execution of a sandbox run called, on average; docs/cost.md reckons with it. */
const main = (folder = 'runs/latest'): void => {
  const read = <T>(name: string, schema: { parse(value: unknown): T }): readonly T[] =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => schema.parse(JSON.parse(line)));
  const events = read('events.jsonl', eventSchema).filter(({ source }) => source === 'stillpoint');
  const executions = events.filter((event) => event['detail-type'] === CLOSING).length;
  const counts = new Map<string, number>();
  for (const { role, service, action } of read('requests.jsonl', requestSchema))
    if (role !== undefined) counts.set(`${service}:${action}`, (counts.get(`${service}:${action}`) ?? 0) + 1);
  const logged = read('functions.jsonl', lineSchema).reduce((sum, { line }) => sum + Buffer.byteLength(JSON.stringify(line)), 0);
  const each = (count: number): string => (count / executions).toFixed(1);
  console.log(`${executions} executions; an execution on average:`);
  for (const [call, count] of [...counts].sort()) console.log(`${each(count).padStart(6)} ${call}`);
  console.log(`${each(events.length).padStart(6)} events`);
  console.log(`${each(logged / 1024).padStart(6)} KiB logged`);
};

main(process.argv[2]);
