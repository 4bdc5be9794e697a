/** An answer that AWS gives as an error. The endpoint writes it in the service's wire form. */
export class AwsError extends Error {
  override readonly name = 'AwsError';

  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

export const notImplemented = (service: string, action: string): AwsError =>
  new AwsError('NotImplemented', `the sandbox does not implement ${service}:${action}`, 501);
