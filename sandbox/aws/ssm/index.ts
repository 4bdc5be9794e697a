import type { Service } from '../endpoint/dispatch';
import { jsonProtocol } from '../endpoint/json-protocol';
import { cancelCommand } from './cancel-command';
import { listCommandInvocations, listCommands } from './command-lists';
import { describeDocument, getDocument } from './documents';
import { getCommandInvocation } from './get-command-invocation';
import { describeInstanceInformation } from './instance-information';
import { sendCommand } from './send-command';
import type { Ssm } from './ssm';

export const ssmService = (ssm: Ssm): Service => ({
  name: 'ssm',
  protocol: jsonProtocol({ version: '1.1' }),
  operations: {
    SendCommand: sendCommand(ssm),
    GetCommandInvocation: getCommandInvocation(ssm),
    ListCommands: listCommands(ssm),
    ListCommandInvocations: listCommandInvocations(ssm),
    CancelCommand: cancelCommand(ssm),
    DescribeInstanceInformation: describeInstanceInformation(ssm),
    GetDocument: getDocument(ssm),
    DescribeDocument: describeDocument(ssm),
  },
});
