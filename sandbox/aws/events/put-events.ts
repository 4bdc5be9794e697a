import * as z from 'zod/mini';
import type { Account } from '../account';
import { AwsError } from '../aws-error';
import type { Service } from '../endpoint/dispatch';
import { jsonProtocol } from '../endpoint/json-protocol';
import { putEventsRights } from '../iam/rights/events-rights';
import { operation } from '../operation';
import type { Bus } from './bus';

const entrySchema = z.object({
  Time: z.optional(z.number()),
  Source: z.optional(z.string()),
  Resources: z.optional(z.array(z.string())),
  DetailType: z.optional(z.string()),
  Detail: z.optional(z.string()),
  EventBusName: z.optional(z.string()),
});
type Entry = z.infer<typeof entrySchema>;

const schema = z.object({ Entries: z.array(entrySchema).check(z.minLength(1), z.maxLength(10)) });

/** All entries of a call together. */
const LARGEST_BYTES = 1_048_576;

const bytesOf = ({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: Entry): number =>
  (Time === undefined ? 0 : 14) + [Source, DetailType, Detail, ...Resources].reduce((sum, text) => sum + Buffer.byteLength(text), 0);

const putEvents = (account: Account, bus: Bus) =>
  operation(schema, putEventsRights(account), ({ Entries }, call) => {
    if (Entries.reduce((sum, entry) => sum + bytesOf(entry), 0) > LARGEST_BYTES) {
      throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
    }
    for (const { DetailType } of Entries) if (DetailType !== undefined) call.touched.add(DetailType);
    const results = Entries.map((entry) => putEntry(bus, entry));
    return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
  });

/** An entry fails alone; the call answers 200. */
const putEntry = (bus: Bus, entry: Entry) => {
  const { Source, DetailType, Detail, Time, Resources = [] } = entry;
  if (!Source) return refuse('InvalidArgument', 'Parameter Source is not valid. Reason: Source is a required argument.');
  if (!DetailType) return refuse('InvalidArgument', 'Parameter DetailType is not valid. Reason: DetailType is a required argument.');
  if (!Detail) return refuse('InvalidArgument', 'Parameter Detail is not valid. Reason: Detail is a required argument.');
  if (Source.startsWith('aws.')) return refuse('NotAuthorizedForSourceException', 'Not authorized for the source.');
  const detail = parseObject(Detail);
  if (detail === undefined) return refuse('MalformedDetail', 'Detail is malformed.');
  const time = Time === undefined ? undefined : new Date(Time * 1000);
  return { EventId: bus.put({ source: Source, detailType: DetailType, resources: Resources, detail, time }).id };
};

const refuse = (ErrorCode: string, ErrorMessage: string) => ({ ErrorCode, ErrorMessage });

const parseObject = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

export const eventsService = (account: Account, bus: Bus): Service => ({
  name: 'events',
  protocol: jsonProtocol({ version: '1.1' }),
  operations: { PutEvents: putEvents(account, bus) },
});
