import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Effect, Policy, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type FunctionBundle, functionCode } from './bundle/function-code';
import { HANDLER } from './names';

/** Props of {@link ServiceFunction}. */
export interface ServiceFunctionProps<Environment extends Record<string, string>> {
  /** What the function does, in a sentence. */
  readonly description: string;
  readonly bundle: FunctionBundle;
  /** Typed by the schema that the handler reads its variables with. */
  readonly environment: Environment;
  /** All that the function may do beside writing its log; or another function's role, to act as that one would. */
  readonly permissions: readonly PolicyStatement[] | Role;
  /** @default - one that CloudFormation makes up */
  readonly functionName?: string;
  /** Longest invocation. */
  readonly timeout: Duration;
  /** Megabytes. */
  readonly memorySize: number;
  /** How long the function's log is kept. */
  readonly logRetention: RetentionDays;
  /**
   * What becomes of the log when the stack is removed.
   * @default RemovalPolicy.DESTROY
   */
  readonly logRemoval?: RemovalPolicy;
}

/** A function of Stillpoint, with a log group and mostly a role of its own. */
export class ServiceFunction<Environment extends Record<string, string>> extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps<Environment>) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'Log', { retention: props.logRetention, removalPolicy: props.logRemoval ?? RemovalPolicy.DESTROY });
    // The stack makes the log group, so that its retention holds from the first line on: no right to create one.
    const writeLog = new PolicyStatement({
      effect: Effect.ALLOW,
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [this.logGroup.logGroupArn],
    });
    this.role =
      props.permissions instanceof Role
        ? this.share(props.permissions, writeLog)
        : this.makeRole(props.description, [writeLog, ...props.permissions]);
    this.function = new LambdaFunction(this, 'Function', {
      ...(props.functionName === undefined ? {} : { functionName: props.functionName }),
      description: `Stillpoint: ${props.description}`,
      code: functionCode(this, props.bundle),
      handler: HANDLER,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      role: this.role,
      timeout: props.timeout,
      memorySize: props.memorySize,
      environment: props.environment,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
    });
  }

  private makeRole(description: string, statements: PolicyStatement[]): Role {
    const document = new PolicyDocument({ statements });
    return new Role(this, 'Role', {
      description: `Stillpoint: ${description}`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { permissions: document },
    });
  }

  /** The role writes into one log group more. */
  private share(role: Role, writeLog: PolicyStatement): Role {
    new Policy(this, 'WriteLog', { statements: [writeLog], roles: [role] });
    return role;
  }
}
