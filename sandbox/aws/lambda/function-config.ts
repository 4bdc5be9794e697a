/** A Lambda function as the template declares it. */
export interface FunctionConfig {
  readonly name: string;
  readonly arn: string;
  /** Logical id of its role. */
  readonly role: string;
  /** `FILE.EXPORT`. */
  readonly handler: string;
  /** The bundle; `undefined` when the assembly holds no folder for it. */
  readonly codeFolder: string | undefined;
  readonly timeoutSeconds: number;
  readonly memoryMiB: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Name of the log group that it writes to. */
  readonly logGroup: string;
  /** Reserved concurrency. */
  readonly reserved: number | undefined;
}

/** How a function's failed asynchronous invocations are handled. */
export interface AsyncConfig {
  readonly functionName: string;
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeSeconds: number;
  readonly onFailureArn: string | undefined;
}

export interface EventSourceMapping {
  readonly functionName: string;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly maximumConcurrency: number;
  readonly reportsBatchItemFailures: boolean;
}

/** The name in a function's name or ARN. */
export const functionNameOf = (nameOrArn: string): string => /:function:([^:]+)/.exec(nameOrArn)?.[1] ?? nameOrArn;
