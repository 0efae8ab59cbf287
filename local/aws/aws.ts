import { setMaxListeners } from 'node:events';
import { accessControl } from './iam/access.ts';
import { trackActivity } from './wire/activity.ts';
import { type PutEvent, putEvents } from './events/central-bus.ts';
import type { Call, Witness } from './iam/call.ts';
import { perform } from './iam/call.ts';
import type { EventEnvelope } from './cloudtrail/cloudtrail-record.ts';
import { cloudTrailRecord, eventBridgeEnvelope } from './cloudtrail/cloudtrail-record.ts';
import { cloudTrailOperations } from './cloudtrail/cloudtrail.ts';
import { type Hosting, inProcesses } from './lambda/containers.ts';
import type { DeployedFunction } from './lambda/deployed-function.ts';
import { deployFunction } from './lambda/deployed-function.ts';
import { workingDestinations } from './cloudtrail/destinations.ts';
import type { AwsWithoutNetwork, EmbeddedAws, EmbeddedAwsOptions } from './embedded-aws.ts';
import { endpoint } from './endpoint.ts';
import type { BusEvent } from './events/event-bus.ts';
import { eventBus } from './events/event-bus.ts';
import { runSchedule } from './events/schedule.ts';
import type { KeptRecord } from './cloudtrail/event-history.ts';
import { lookUpEvents } from './cloudtrail/event-history.ts';
import { pollQueue } from './lambda/event-source.ts';
import { queueService } from './messages/sqs.ts';
import { tableService } from './tables/dynamodb.ts';
import { faultQueue } from './wire/faults.ts';
import { httpServer } from './wire/http.ts';
import { jsonProtocol } from './wire/json-protocol.ts';
import { queryProtocol } from './wire/query-protocol.ts';
import { restJsonProtocol } from './wire/rest-json-protocol.ts';
import type { InvocationRecord } from './lambda/lambda.ts';
import { iamOperations } from './iam/iam-operations.ts';
import type { AttachedPolicies } from './iam/attached-policies.ts';
import { lambda } from './lambda/lambda.ts';
import { listen } from './wire/loopback.ts';
import { organizationTrail } from './cloudtrail/organization.ts';
import { assumedRole, instant, principalRegistry } from './iam/principal.ts';
import type { QueuedMessage } from './messages/queues.ts';
import { recordsWrites } from './cloudtrail/selectors.ts';
import type { Fields } from './wire/request-shape.ts';
import { batchImportFindings } from './messages/security-hub.ts';
import type { Message } from './messages/sns.ts';
import { publishOperation } from './messages/sns.ts';
import type { Stack } from './stack.ts';
import { readStack } from './stack.ts';
import { tokenBuckets } from './wire/throttle.ts';
import { snapshot } from './cloudtrail/trail-snapshot.ts';
import type { CloudTrailAccount } from './cloudtrail/trail.ts';
import { arnOf, visibleIn } from './cloudtrail/trail.ts';

export type { EmbeddedAws, EmbeddedAwsOptions } from './embedded-aws.ts';

/** Starts an embedded AWS of one account on 127.0.0.1, on a port of the system's choice. Functions run in processes. */
export async function startEmbeddedAws(options: EmbeddedAwsOptions = {}): Promise<EmbeddedAws> {
  const aws = embeddedAws(
    options,
    (settings) => inProcesses(server.url, settings),
    () => server.url,
  );
  const server = await listen(httpServer(aws.answer));
  return {
    ...aws,
    endpoint: server.url,
    stop: async () => {
      await aws.stop();
      await server.close();
    },
  };
}

/** An embedded AWS of one account that can be spoken to by its `answer` alone, or by a URL, too, if it has one. */
export function embeddedAws(
  options: EmbeddedAwsOptions,
  hosting: Hosting,
  urlOf: () => string | undefined = () => undefined,
): AwsWithoutNetwork {
  const { account = '123456789012', region = 'us-east-1', partition = 'aws' } = options;
  const cloud: CloudTrailAccount = {
    account,
    partition,
    organization: options.organization ?? 'management',
    trails: new Map(),
    destinations: workingDestinations(),
    kmsAliases: options.kmsAliases ?? {},
  };
  const [activity, principals, access, faults] = [
    trackActivity(),
    principalRegistry(),
    accessControl(),
    faultQueue(),
  ];
  const calls: Call[] = [];
  const history: KeptRecord[] = [];
  const events: BusEvent[] = [];
  const invocations: InvocationRecord[] = [];
  const messages: Message[] = [];
  const findings: Fields[] = [];
  const putOnBuses: PutEvent[] = [];
  const queued: QueuedMessage[] = [];
  const problems: string[] = [];
  const problem = (text: string) => void problems.push(text);
  const stacks: Stack[] = [];
  const functions = new Map<string, DeployedFunction>();
  const stopping = new AbortController();
  // All that waits listens to it.
  setMaxListeners(0, stopping.signal);
  let muted = false;
  let held: EventEnvelope[] | undefined;

  const deliver = (event: EventEnvelope) => {
    if (held) held.push(event);
    else bus.put(event);
  };

  const queues = queueService({ queued, problem });
  const tables = tableService({ account, region, partition, activity, problem });
  const functionService = lambda({
    access,
    activity,
    invocations,
    problem,
    queues,
    retryDelayMs: options.retryDelayMs ?? 50,
    stopped: stopping.signal,
  });
  const invokeAsynchronously = (arn: string, payload: unknown) => {
    const deployed = functions.get(arn);
    if (deployed) functionService.invokeAsynchronously(deployed, payload);
    return deployed !== undefined;
  };
  const bus = eventBus({
    activity,
    events,
    problem,
    queues,
    stacks: () => stacks,
    invoke: invokeAsynchronously,
  });

  const functionNamed = (nameOrArn: string) =>
    [...functions.values()].find(({ configuration: { name, arn } }) => [name, arn].includes(nameOrArn));
  const killContainers = async () => {
    await Promise.all([...functions.values()].map((deployed) => deployed.kill()));
  };
  const covered = (where: string) =>
    [...cloud.trails.values()].some((trail) => visibleIn(trail, where) && recordsWrites(trail));
  const witness: Witness = ({ name, recorded }, request, requestId, outcome, wasCovered) => {
    if (!recorded) return;
    const record = cloudTrailRecord({
      ...request,
      operation: name,
      recorded,
      account,
      requestId,
      time: new Date(),
      outcome,
    });
    history.push({ record, visibleAt: Date.now() + (options.historyDelayMs ?? 0) });
    if (!muted && (wasCovered || options.darkWhenNoTrailLogs !== true)) deliver(eventBridgeEnvelope(record));
  };
  const attachedPolicies: AttachedPolicies = new Map();
  const managed = (arn: string) =>
    stacks.map(({ managedPolicies }) => managedPolicies.get(arn)).find((statements) => statements);
  const gate = {
    access,
    attachedPolicies,
    faults,
    throttle: options.throttle === true ? tokenBuckets() : undefined,
    latencyMs: options.latencyMs ?? 0,
    covered,
    witness,
    calls,
    kill: killContainers,
  };
  const cloudTrail = cloudTrailOperations(cloud, (where, input) => lookUpEvents(history, where, input));
  const answer = endpoint({
    activity,
    principals,
    services: new Map([
      ['cloudtrail', jsonProtocol('CloudTrail_20131101', cloudTrail)],
      ['dynamodb', jsonProtocol('DynamoDB_20120810', tables.operations)],
      ['events', jsonProtocol('AWSEvents', [putEvents(putOnBuses)])],
      [
        'iam',
        queryProtocol(
          'https://iam.amazonaws.com/doc/2010-05-08/',
          iamOperations({ account, partition, managed }, principals, attachedPolicies),
        ),
      ],
      ['securityhub', restJsonProtocol([['POST', '/findings/import', batchImportFindings(findings)]])],
      [
        'sns',
        queryProtocol('http://sns.amazonaws.com/doc/2010-03-31/', [
          publishOperation(() => stacks.flatMap((stack) => stack.topics), messages),
        ]),
      ],
      ['sqs', jsonProtocol('AmazonSQS', queues.operations)],
    ]),
    perform: (operation, request) => perform(gate, operation, request),
  });

  const deploy: EmbeddedAws['deploy'] = (
    directory,
    { stackName = 'trailkeeper-test', parameters = {} } = {},
  ) => {
    const queueHost = urlOf();
    const stack = readStack(directory, {
      account,
      region,
      partition,
      stackName,
      parameters,
      ...(queueHost !== undefined && { queueHost }),
    });
    access.addRoles([...stack.functions, ...stack.schedules].map(({ role }) => role));
    queues.add(stack.queues);
    tables.add(stack.tables);
    for (const configuration of stack.functions) {
      const { role, name, arn } = configuration;
      const userIdentity = {
        ...assumedRole(account, role.name, name),
        inScopeOf: { issuerType: 'AWS::Lambda::Function', credentialsIssuedTo: arn },
      };
      const credentials = principals.signIn({
        userIdentity,
        role: role.arn,
        sourceFunction: arn,
        sourceIPAddress: '203.0.113.50',
      });
      functions.set(arn, deployFunction(stack, configuration, credentials, hosting, access));
    }
    for (const source of stack.eventSources) {
      const { functionName, queueArn } = source;
      const [reader, queue] = [functionNamed(functionName), queues.find(queueArn)];
      if (!reader || !queue) throw new Error(`${source.id}: no ${reader ? queueArn : functionName}`);
      pollQueue(source, reader, queue, {
        access,
        activity,
        lambda: functionService,
        redeliveryDelayMs: options.redeliveryDelayMs,
        problem,
        stopped: stopping.signal,
      });
    }
    stacks.push(stack);
    return stack;
  };

  return {
    answer,
    account,
    region,
    signIn: principals.signIn,
    fail: faults.fail,
    failNth: faults.failNth,
    breakDestination: cloud.destinations.breakDestination,
    mendDestination: cloud.destinations.mendDestination,
    addOrganizationTrail: (declared) => {
      const trail = organizationTrail(partition, declared);
      cloud.trails.set(trail.arn, trail);
    },
    setTrailStatus: (nameOrArn, status) => {
      const trail = cloud.trails.get(arnOf(cloud, region, nameOrArn));
      if (!trail) throw new Error(`No such trail: ${nameOrArn}`);
      cloud.trails.set(trail.arn, { ...trail, status });
    },
    holdEvents: () => {
      held = [];
      return (arrange = (waiting) => waiting) => {
        const waiting = held ?? [];
        held = undefined;
        arrange(waiting).forEach(bus.put);
      };
    },
    muteEventBridge: (value) => {
      muted = value;
    },
    putEvent: bus.put,
    trails: (where) =>
      [...cloud.trails.values()]
        .filter((trail) => where === undefined || visibleIn(trail, where))
        .map(snapshot),
    calls,
    history: () => history.map(({ record }) => record),
    ageHistory: (ms) => {
      const aged = history.map(({ record, visibleAt }) => ({
        record: { ...record, eventTime: instant(new Date(Date.parse(record.eventTime) - ms)) },
        visibleAt: visibleAt - ms,
      }));
      history.splice(0, history.length, ...aged);
    },
    events,
    invocations,
    messages,
    findings,
    putOnBuses,
    queued,
    problems,
    usedActions: access.usedActions,
    allowedActions: access.allowedActions,
    unusedActions: access.unusedActions,
    deploy,
    invoke: async (functionName, event) => {
      const deployed = functionNamed(functionName);
      if (!deployed) throw new Error(`No such function: ${functionName}`);
      return functionService.invoke(deployed, event);
    },
    runSchedules: (of) => {
      if (of !== 'schedules') bus.runSchedules();
      if (of === 'rules') return;
      for (const schedule of stacks.flatMap((stack) => stack.schedules))
        if (schedule.enabled)
          runSchedule(schedule, { access, queues, invoke: invokeAsynchronously, problem });
    },
    killContainers,
    removeItems: tables.removeItems,
    idle: activity.idle,
    forget: () => {
      for (const log of [calls, events, invocations, messages, findings, putOnBuses, queued, problems])
        log.length = 0;
    },
    stop: async () => {
      stopping.abort();
      await Promise.all([...functions.values()].map((deployed) => deployed.remove()));
    },
  };
}
