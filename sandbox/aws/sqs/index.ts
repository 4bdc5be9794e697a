import type { Service } from '../endpoint/dispatch';
import { jsonProtocol } from '../endpoint/json-protocol';
import { sqsQueryProtocol } from '../endpoint/sqs-query-protocol';
import { getQueueAttributes, getQueueUrl, listQueues } from './queue-information';
import type { Sqs } from './queues';
import { changeMessageVisibility, deleteMessage, receiveMessage } from './receive';
import { sendMessage, sendMessageBatch } from './send';

/** Codes that clients of the older query protocol know under another name. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
  BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
};

const queryCode = (code: string): string => QUERY_CODES[code] ?? code;

export const sqsService = (sqs: Sqs): Service => ({
  name: 'sqs',
  protocol: jsonProtocol({ version: '1.0', namespace: 'com.amazonaws.sqs', queryCode }),
  olderProtocol: sqsQueryProtocol(queryCode),
  operations: {
    SendMessage: sendMessage(sqs),
    SendMessageBatch: sendMessageBatch(sqs),
    ReceiveMessage: receiveMessage(sqs),
    DeleteMessage: deleteMessage(sqs),
    ChangeMessageVisibility: changeMessageVisibility(sqs),
    GetQueueUrl: getQueueUrl(sqs),
    GetQueueAttributes: getQueueAttributes(sqs),
    ListQueues: listQueues(sqs),
  },
});
