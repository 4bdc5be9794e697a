import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import type { Functions } from '../lambda/functions';
import type { CustomResource } from './custom-resource';

const answerSchema = z.object({
  Status: z.enum(['SUCCESS', 'FAILED']),
  Reason: z.optional(z.string()),
  PhysicalResourceId: z.string(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
});
export type Answer = z.infer<typeof answerSchema>;

/** What CloudFormation asks a custom resource's function for. */
export type Request =
  | { readonly RequestType: 'Create' }
  | { readonly RequestType: 'Update'; readonly OldResourceProperties: unknown }
  | { readonly RequestType: 'Delete' };

/** A function that fails is called again, as asynchronous invocations are; then nobody is left to answer. */
const ATTEMPTS = 3;

/** CloudFormation's half of a custom resource: calls the function, and waits for what it puts to the ResponseURL. */
export class CustomResourceCalls {
  private readonly waiting = new Map<string, (answer: Answer) => void>();
  private readonly physicalIds = new Map<string, string>();

  constructor(
    private readonly functions: Functions,
    private readonly stackId: string,
    private readonly responseUrl: (requestId: string) => string,
  ) {}

  /** What arrives at a ResponseURL. Throws when nobody waits there. */
  receive(requestId: string, body: string): void {
    const answer = answerSchema.parse(JSON.parse(body));
    const take = this.waiting.get(requestId);
    if (take === undefined || answer.RequestId !== requestId) throw new Error(`no request ${requestId} waits for an answer`);
    take(answer);
  }

  async call({ logicalId, type, serviceToken, properties }: CustomResource, request: Request): Promise<Answer> {
    const RequestId = randomUUID();
    const physicalId = this.physicalIds.get(logicalId);
    const common = { StackId: this.stackId, RequestId, LogicalResourceId: logicalId };
    const event = {
      ...{ ...common, ...request, ResourceType: type, ServiceToken: serviceToken, ResourceProperties: properties },
      ...(physicalId !== undefined && { PhysicalResourceId: physicalId }),
      ResponseURL: this.responseUrl(RequestId),
    };
    const answered = new Promise<Answer>((resolve) => this.waiting.set(RequestId, resolve));
    const unanswered = this.invoke(serviceToken, event).then(
      (Reason): Answer => ({ ...common, Status: 'FAILED', Reason, PhysicalResourceId: physicalId ?? logicalId }),
    );
    const answer = await Promise.race([answered, unanswered]);
    this.waiting.delete(RequestId);
    this.physicalIds.set(logicalId, answer.PhysicalResourceId);
    return answer;
  }

  /** Why no answer will come. An answer that did come won the race before. */
  private async invoke(serviceToken: string, event: unknown): Promise<string> {
    let why = '';
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const result = await this.functions.invoke(serviceToken, event).catch((error: unknown) => failure(error));
      if (result.ok) return 'the function ended without an answer';
      why = `${result.errorType}: ${result.errorMessage}`;
    }
    return why;
  }
}

const failure = (error: unknown) => ({ ok: false as const, errorType: 'Sandbox.NotInvoked', errorMessage: String(error) });
