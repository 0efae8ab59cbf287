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
import { deployFunction } from './lambda/deployed-function.ts';
import { destinationsOn } from './cloudtrail/destinations.ts';
import type { AwsWithoutNetwork, EmbeddedAws, EmbeddedAwsOptions } from './embedded-aws.ts';
import { endpoint } from './endpoint.ts';
import type { BusEvent } from './events/event-bus.ts';
import { eventBus } from './events/event-bus.ts';
import { ruleService } from './events/rules.ts';
import { runSchedule } from './events/schedule.ts';
import { scheduleService } from './events/schedules.ts';
import type { KeptRecord } from './cloudtrail/event-history.ts';
import { lookUpEvents } from './cloudtrail/event-history.ts';
import { type EventSources, eventSources } from './lambda/event-sources.ts';
import type { FunctionConfiguration } from './lambda/function-configuration.ts';
import { functionService } from './lambda/functions.ts';
import { alarmService } from './monitoring/alarms.ts';
import { queueService } from './messages/sqs.ts';
import { tableService } from './tables/dynamodb.ts';
import { faultQueue } from './wire/faults.ts';
import { httpServer } from './wire/http.ts';
import { jsonProtocol } from './wire/json-protocol.ts';
import { queryProtocol } from './wire/query-protocol.ts';
import { restJsonProtocol } from './wire/rest-json-protocol.ts';
import type { InvocationRecord } from './lambda/lambda.ts';
import { passedRoles, roleStore } from './iam/live-roles.ts';
import { managedPolicies } from './iam/managed-policies.ts';
import { iamOperations } from './iam/iam-operations.ts';
import type { AttachedPolicies } from './iam/attached-policies.ts';
import { keyService } from './kms/kms.ts';
import { logService } from './logs/logs.ts';
import { s3Protocol } from './s3/rest-xml.ts';
import { bucketService } from './s3/s3.ts';
import { lambda } from './lambda/lambda.ts';
import { listen } from './wire/loopback.ts';
import { organizationTrail } from './cloudtrail/organization.ts';
import { assumedRole, instant, principalRegistry } from './iam/principal.ts';
import type { QueuedMessage } from './messages/queues.ts';
import { recordsWrites } from './cloudtrail/selectors.ts';
import { partsOf } from './part.ts';
import type { Fields } from './wire/request-shape.ts';
import { batchImportFindings } from './messages/security-hub.ts';
import type { Message } from './messages/sns.ts';
import { publishOperation } from './messages/sns.ts';
import { topicService } from './messages/topics.ts';
import type { Stack } from './stack.ts';
import { readStack } from './stack.ts';
import { stackService } from './stack/cloudformation.ts';
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

const A_MINUTE_MS = 60_000;

/** An embedded AWS of one account that can be spoken to by its `answer` alone, or by a URL, too, if it has one. */
export function embeddedAws(
  options: EmbeddedAwsOptions,
  hosting: Hosting,
  urlOf: () => string | undefined = () => undefined,
): AwsWithoutNetwork {
  const { account = '123456789012', region = 'us-east-1', partition = 'aws' } = options;
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
  const stopping = new AbortController();
  // All that waits listens to it.
  setMaxListeners(0, stopping.signal);
  let muted = false;
  let held: EventEnvelope[] | undefined;

  const deliver = (event: EventEnvelope) => {
    if (held) held.push(event);
    else bus.put(event);
  };

  const place = { account, region, partition };
  const home = `arn:${partition}:lambda:${region}:${account}`;
  const policies = managedPolicies();
  const roles = roleStore(access, policies.find);
  const roleOf = passedRoles(roles);
  const keys = keyService({ account, partition });
  const logs = logService({ account, partition });
  const buckets = bucketService({ account, partition });
  const topics = topicService({ account, partition });
  const cloud: CloudTrailAccount = {
    account,
    partition,
    organization: options.organization ?? 'management',
    trails: new Map(),
    destinations: destinationsOn({
      bucket: buckets.find,
      key: (arn) => keys.find(keys.behind(arn) ?? arn),
      topic: topics.find,
      logGroup: logs.find,
      role: roles.find,
      managedPolicy: policies.find,
    }),
    keyBehind: keys.behind,
    kmsAliases: options.kmsAliases ?? {},
  };
  const queues = queueService({
    ...place,
    queueHost: urlOf,
    recreationDelayMs: options.recreationDelayMs ?? A_MINUTE_MS,
    queued,
    problem,
    created: (arn) => {
      sources.restart(arn);
    },
  });
  const tables = tableService({ ...place, activity, problem });
  const invoker = lambda({
    access,
    activity,
    invocations,
    problem,
    queues,
    retryDelayMs: options.retryDelayMs ?? 50,
    stopped: stopping.signal,
  });
  const sources: EventSources = eventSources({
    access,
    activity,
    home,
    lambda: invoker,
    redeliveryDelayMs: options.redeliveryDelayMs,
    problem,
    stopped: stopping.signal,
    functionNamed: (nameOrArn) => functions.named(nameOrArn),
    queueOf: queues.find,
  });
  const functions = functionService({ home, roleOf, eventSources: sources.rows });
  const rules = ruleService(place);
  const schedules = scheduleService({ ...place, roleOf });
  const alarms = alarmService(place);
  const stackRecords = stackService();
  const invokeAsynchronously = (arn: string, payload: unknown) => {
    const deployed = functions.named(arn);
    if (deployed) invoker.invokeAsynchronously(deployed, payload);
    return deployed !== undefined;
  };
  const bus = eventBus({
    activity,
    events,
    problem,
    queues,
    rules: rules.all,
    permissionsOf: functions.permissionsOf,
    invoke: invokeAsynchronously,
  });

  const killContainers = async () => {
    await Promise.all(functions.all().map((deployed) => deployed.kill()));
  };
  const covered = (where: string) =>
    [...cloud.trails.values()].some((trail) => visibleIn(trail, where) && recordsWrites(trail));
  const noteDeliveries = () => {
    cloud.destinations.note(cloud.trails.values());
  };
  const witness: Witness = ({ name, recorded }, request) => {
    if (!recorded) return () => undefined;
    if (recorded.isOurs?.(request) === false) return noteDeliveries;
    // Asked first: the call that stops the last trail is recorded itself, and what it deletes is named.
    const wasCovered = covered(recorded.awsRegion ?? request.region);
    const resources = recorded.resources?.(request);
    return (requestId, outcome) => {
      noteDeliveries();
      const ended = { operation: name, recorded, resources, account, requestId, outcome };
      const record = cloudTrailRecord({ ...request, ...ended, time: new Date() });
      history.push({ record, visibleAt: Date.now() + (options.historyDelayMs ?? 0) });
      if (!muted && (wasCovered || options.darkWhenNoTrailLogs !== true))
        deliver(eventBridgeEnvelope(record));
      sources.lookAgain();
    };
  };
  const attachedPolicies: AttachedPolicies = new Map();
  const gate = {
    access,
    attachedPolicies,
    faults,
    throttle: options.throttle === true ? tokenBuckets() : undefined,
    latencyMs: options.latencyMs ?? 0,
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
      [
        'cloudformation',
        queryProtocol('http://cloudformation.amazonaws.com/doc/2010-05-15/', stackRecords.operations),
      ],
      ['dynamodb', jsonProtocol('DynamoDB_20120810', tables.operations)],
      ['events', jsonProtocol('AWSEvents', [putEvents(putOnBuses), ...rules.operations])],
      [
        'iam',
        queryProtocol(
          'https://iam.amazonaws.com/doc/2010-05-08/',
          iamOperations({
            account,
            partition,
            managed: policies,
            roles,
            principals,
            attached: attachedPolicies,
          }),
        ),
      ],
      ['kms', jsonProtocol('TrentService', keys.operations)],
      ['lambda', restJsonProtocol(functions.routes)],
      ['logs', jsonProtocol('Logs_20140328', logs.operations)],
      ['monitoring', jsonProtocol('GraniteServiceVersion20100801', alarms.operations)],
      ['s3', s3Protocol(buckets.operations)],
      ['scheduler', restJsonProtocol(schedules.routes)],
      ['securityhub', restJsonProtocol([['POST', '/findings/import', batchImportFindings(findings)]])],
      [
        'sns',
        queryProtocol('http://sns.amazonaws.com/doc/2010-03-31/', [
          publishOperation(topics.find, keys.find, messages),
          ...topics.operations,
        ]),
      ],
      ['sqs', jsonProtocol('AmazonSQS', queues.operations)],
    ]),
    perform: (operation, request) => perform(gate, operation, request),
  });

  const signInFunction = ({ role, name, arn }: FunctionConfiguration) =>
    principals.signIn({
      userIdentity: {
        ...assumedRole(account, role.name, name, partition),
        inScopeOf: { issuerType: 'AWS::Lambda::Function', credentialsIssuedTo: arn },
      },
      role: role.arn,
      sourceFunction: arn,
      sourceIPAddress: '203.0.113.50',
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
    policies.add(stack.managedPolicies);
    access.addRoles(stack.roles);
    roles.add(stack.roles);
    keys.add(stack.keys);
    topics.add(stack.topics);
    buckets.add(stack.buckets);
    logs.add(region, stack.logGroups);
    queues.add(stack.queues);
    tables.add(stack.tables);
    rules.add(stack.rules);
    schedules.add(stack.schedules);
    alarms.add(region, stack.alarms, stack.dashboards);
    for (const configuration of stack.functions)
      functions.add(deployFunction(stack, configuration, { hosting, access, signIn: signInFunction }));
    functions.addPermissions(stack.permissions);
    stack.eventSources.forEach(sources.add);
    stackRecords.add(stack.record);
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
    breakDestination: (nameOrArn, error) => {
      cloud.destinations.breakDestination(nameOrArn, error);
      noteDeliveries();
    },
    mendDestination: (nameOrArn) => {
      cloud.destinations.mendDestination(nameOrArn);
      noteDeliveries();
    },
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
    nameNextKey: keys.nameNextKey,
    putEvent: bus.put,
    trails: (where) =>
      [...cloud.trails.values()]
        .filter((trail) => where === undefined || visibleIn(trail, where))
        .map(snapshot),
    parts: () =>
      partsOf({
        alarm: alarms.state(),
        bucket: buckets.state(),
        'event source': sources.state(),
        function: functions.state(),
        key: keys.state(),
        'log group': logs.state(),
        'managed policy': policies.state(),
        queue: queues.state(),
        role: roles.state(),
        rule: new Map(rules.all().map((rule) => [rule.arn, rule])),
        schedule: new Map(schedules.all().map(({ arn, described }) => [arn, { described }])),
        stack: stackRecords.state(),
        table: tables.state(),
        topic: topics.state(),
      }),
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
    refusedActions: access.refusedActions,
    allowedActions: access.allowedActions,
    unusedActions: access.unusedActions,
    deploy,
    invoke: async (functionName, event) => {
      const deployed = functions.named(functionName);
      if (!deployed) throw new Error(`No such function: ${functionName}`);
      return invoker.invoke(deployed, event);
    },
    runSchedules: (of) => {
      if (of !== 'schedules') bus.runSchedules();
      if (of === 'rules') return;
      for (const schedule of schedules.all())
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
      await Promise.all(functions.all().map((deployed) => deployed.remove()));
    },
  };
}
