import { randomUUID } from 'node:crypto';
import { trackActivity } from '../../aws/wire/activity.ts';
import { type CloudTrailRecord, eventBridgeEnvelope } from '../../aws/cloudtrail/cloudtrail-record.ts';
import { matchesPattern } from '../../aws/events/event-pattern.ts';
import { type Credentials, instant } from '../../aws/iam/principal.ts';
import { type Containers, containersFor } from './container.ts';
import type { DeployedFunction, DeployedGuard, DeployedMapping, DeployedRule } from './deployed-guard.ts';
import { openQueues } from './queues.ts';
import { ACCOUNT, REGION } from './raw.ts';
import type { Outcome } from './runtime-api.ts';

/** One run of a deployed function. */
export interface Run {
  readonly functionName: string;
  readonly event: unknown;
  readonly outcome: Outcome;
}

/** The deployed functions, woken by the rules and mappings that the endpoint holds. */
export interface Guard {
  /** Hands a record, as an event, to each rule that matches it. */
  readonly put: (record: CloudTrailRecord) => void;
  /** Fires the rules that have a schedule. */
  readonly sweep: () => void;
  readonly runs: readonly Run[];
  /** What went wrong, in words: runs that failed, messages that nobody took, events that came to nobody. */
  readonly problems: readonly string[];
  readonly idle: () => Promise<void>;
  readonly forget: () => void;
  readonly close: () => Promise<void>;
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
function environmentOf(
  { configuration }: DeployedFunction,
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

const scheduled = (rule: string) => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: ACCOUNT,
  time: instant(new Date()),
  region: REGION,
  resources: [rule],
  detail: {},
});

/**
 * Makes the deployed functions ready to run, each as its role, against an endpoint. A failed run is kept, and not retried.
 */
export function startGuard(
  { functions, rules, mappings }: DeployedGuard,
  credentialsOf: (deployed: DeployedFunction) => Credentials,
  endpoint: string,
): Guard {
  const activity = trackActivity();
  const queues = openQueues(endpoint);
  const containers = new Map<DeployedFunction, Containers>(
    functions.map((deployed) => [
      deployed,
      containersFor(deployed.zip, environmentOf(deployed, credentialsOf(deployed), endpoint)),
    ]),
  );
  const runs: Run[] = [];
  const problems: string[] = [];

  const track = (what: string, work: Promise<unknown>) =>
    void activity.track(
      work.catch((error: unknown) => {
        problems.push(`${what}: ${String(error)}`);
      }),
    );
  const invoke = async (deployed: DeployedFunction, event: unknown): Promise<Outcome> => {
    const { FunctionArn, FunctionName, Timeout } = deployed.configuration;
    const invocation = {
      requestId: randomUUID(),
      functionArn: FunctionArn,
      event,
      deadline: Date.now() + Timeout * 1000,
    };
    const outcome = (await containers.get(deployed)?.run(invocation)) ?? { error: 'no containers' };
    if ('error' in outcome) problems.push(`${FunctionName} failed: ${outcome.error.slice(0, 300)}`);
    runs.push({ functionName: FunctionName, event, outcome });
    return outcome;
  };
  const byArn = (arn: string) => functions.find(({ configuration }) => configuration.FunctionArn === arn);

  // One after the other, for all messages are of one group.
  const draining = new Map<DeployedMapping, Promise<void>>();
  const drain = async (mapping: DeployedMapping) => {
    const { EventSourceArn, FunctionArn } = mapping;
    const reader = byArn(FunctionArn);
    if (!reader)
      throw new Error(`${EventSourceArn} is read by ${FunctionArn}, which is no function of the stack`);
    const batches = await queues.drain(mapping, (event) => invoke(reader, event));
    const left = batches.reduce((sum, batch) => sum + batch.left, 0);
    if (left > 0) problems.push(`${left} of the messages stay in ${EventSourceArn}`);
  };
  const poll = () => {
    for (const mapping of mappings) {
      const next = (draining.get(mapping) ?? Promise.resolve()).then(() => drain(mapping));
      draining.set(
        mapping,
        next.catch(() => undefined),
      );
      track(mapping.EventSourceArn, next);
    }
  };
  const deliver = async (event: object, { name, targets }: DeployedRule) => {
    for (const { Arn, SqsParameters } of targets) {
      const deployed = byArn(Arn);
      if (deployed) await invoke(deployed, event);
      else if (Arn.includes(':sqs:'))
        await queues.send(Arn, JSON.stringify(event), SqsParameters?.MessageGroupId);
      else problems.push(`${name} has the target ${Arn}, which is not run here`);
    }
    poll();
  };

  return {
    put: (record) => {
      const event = eventBridgeEnvelope(record);
      for (const rule of rules)
        if (rule.pattern && matchesPattern(rule.pattern, event)) track(rule.name, deliver(event, rule));
    },
    sweep: () => {
      for (const rule of rules) if (rule.isSchedule) track(rule.name, deliver(scheduled(rule.arn), rule));
    },
    runs,
    problems,
    idle: activity.idle,
    forget: () => {
      runs.length = 0;
      problems.length = 0;
    },
    close: async () => {
      queues.close();
      await Promise.all([...containers.values()].map(({ remove }) => remove()));
    },
  };
}
