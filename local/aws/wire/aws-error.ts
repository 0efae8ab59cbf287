/**
 * An error that an AWS service answers with: `name` is the error's name as the SDK shows it, `status` the HTTP status.
 * Every CloudTrail exception is an HTTP 400.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/CommonErrors.html
 */
export class AwsError extends Error {
  readonly status: number;

  constructor(name: string, message: string, status = 400) {
    super(message);
    this.name = name;
    this.status = status;
  }
}
