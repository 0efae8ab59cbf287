import { randomUUID } from 'node:crypto';
import { trackActivity } from '../../aws/wire/activity.ts';
import { type CloudTrailRecord, eventBridgeEnvelope } from '../../aws/cloudtrail/cloudtrail-record.ts';
import { matchesPattern } from '../../aws/events/event-pattern.ts';
import { type Credentials, instant } from '../../aws/iam/principal.ts';
import { containersFor } from './container.ts';
import type { DeployedGuard } from './deployed-guard.ts';
import { ACCOUNT, REGION } from './raw.ts';
import type { Outcome } from './runtime-api.ts';

/** One run of the deployed function. */
export interface Run {
  readonly event: unknown;
  readonly outcome: Outcome;
}

/** The deployed function, woken by the rules that the endpoint holds. */
export interface Guard {
  /** Hands a record, as an event, to each rule that matches it. */
  readonly put: (record: CloudTrailRecord) => void;
  /** Fires the rules that have a schedule. */
  readonly sweep: () => void;
  readonly runs: readonly Run[];
  readonly idle: () => Promise<void>;
  readonly forget: () => void;
  readonly close: () => Promise<void>;
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
function environmentOf(
  { configuration }: DeployedGuard,
  { accessKeyId, secretAccessKey, sessionToken = '' }: Credentials,
  endpoint: string,
): Record<string, string> {
  const { FunctionName, Handler, MemorySize, Runtime, Environment } = configuration;
  return {
    ...Environment.Variables,
    _HANDLER: Handler,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_EXECUTION_ENV: `AWS_Lambda_${Runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: FunctionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MemorySize),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${FunctionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'second-aws',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}

/** Makes the deployed function ready to run, as its role, against an endpoint. A failed run is kept, and not retried. */
export function startGuard(
  deployed: DeployedGuard,
  zip: Uint8Array,
  credentials: Credentials,
  endpoint: string,
): Guard {
  const { configuration, rules } = deployed;
  const activity = trackActivity();
  const containers = containersFor(zip, environmentOf(deployed, credentials, endpoint));
  const runs: Run[] = [];

  const wake = async (event: unknown): Promise<void> => {
    const outcome = await containers.run({
      requestId: randomUUID(),
      functionArn: configuration.FunctionArn,
      event,
      deadline: Date.now() + configuration.Timeout * 1000,
    });
    runs.push({ event, outcome });
  };
  return {
    put: (record) => {
      const event = eventBridgeEnvelope(record);
      for (const { pattern } of rules)
        if (pattern && matchesPattern(pattern, event)) void activity.track(wake(event));
    },
    sweep: () => {
      for (const { arn, isSchedule } of rules)
        if (isSchedule)
          void activity.track(
            wake({
              version: '0',
              id: randomUUID(),
              'detail-type': 'Scheduled Event',
              source: 'aws.events',
              account: ACCOUNT,
              time: instant(new Date()),
              region: REGION,
              resources: [arn],
              detail: {},
            }),
          );
    },
    runs,
    idle: activity.idle,
    forget: () => {
      runs.length = 0;
    },
    close: containers.remove,
  };
}
