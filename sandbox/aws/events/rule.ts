export interface InputTransformer {
  readonly InputPathsMap?: Readonly<Record<string, string>> | undefined;
  readonly InputTemplate: string;
}

export interface RuleTarget {
  readonly arn: string;
  readonly input: string | undefined;
  readonly inputPath: string | undefined;
  readonly transformer: InputTransformer | undefined;
  readonly deadLetterArn: string | undefined;
  /** The message group of a target that is a FIFO queue. */
  readonly messageGroupId: string | undefined;
}

/** A rule of the default bus. */
export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly enabled: boolean;
  readonly schedule: string | undefined;
  readonly pattern: unknown;
  readonly targets: readonly RuleTarget[];
}
