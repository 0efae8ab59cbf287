import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Request } from '../iam/call.ts';
import { lowerCamel } from '../cloudtrail/cloudtrail-record.ts';
import type { LiveQueue } from '../messages/message-operations.ts';
import type { Row } from '../operation.ts';
import { AwsError } from '../wire/aws-error.ts';
import { readRequest } from '../wire/request-shape.ts';
import type { DeployedFunction } from './deployed-function.ts';
import {
  checkEventSource,
  type EventSource,
  eventSourceOf,
  eventSourceShape,
  type Poller,
  pollQueue,
  type PollerSurroundings,
} from './event-source.ts';

/** The event source mappings of one account and Region. */
export interface EventSources {
  readonly rows: readonly Row[];
  /** Throws an Error where function or queue is not there, or does not go with it. */
  readonly add: (source: EventSource) => void;
  /** What is there now. */
  readonly state: () => ReadonlyMap<string, unknown>;
  /** Starts the mappings of a queue anew: it was created again. */
  readonly restart: (queueArn: string) => void;
  /** Lets those look again that something kept from reading. */
  readonly lookAgain: () => void;
}

/** What the mappings need of their surroundings. */
export interface EventSourcesSurroundings extends PollerSurroundings {
  /** Account and Region, as they stand in ARNs of Lambda: `arn:aws:lambda:us-east-1:123456789012`. */
  readonly home: string;
  /** By name or ARN. */
  readonly functionNamed: (nameOrArn: string) => DeployedFunction | undefined;
  readonly queueOf: (arn: string) => LiveQueue | undefined;
}

interface LiveSource {
  readonly source: EventSource;
  readonly said: z.output<typeof eventSourceShape>;
  readonly modified: Date;
  readonly poller: Poller | undefined;
}

const invalid = (message: string) => new AwsError('InvalidParameterValueException', message);

const listRequest = z.object({ FunctionName: z.string().optional(), EventSourceArn: z.string().optional() });

/** What an update leaves out stays. https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html */
const update = z.object(eventSourceShape.shape).omit({ EventSourceArn: true }).partial();

/** No mappings. */
export function eventSources(surroundings: EventSourcesSurroundings): EventSources {
  const { home, access, functionNamed, queueOf } = surroundings;
  const sources = new Map<string, LiveSource>();

  const start = (source: EventSource): Poller | undefined => {
    const queue = queueOf(source.queueArn);
    if (!source.enabled || !queue) return undefined;
    return pollQueue(source, () => functionNamed(source.functionName), queue, surroundings);
  };
  const put = (source: EventSource, said: LiveSource['said']) => {
    sources.get(source.id)?.poller?.stop();
    const live = { source, said, modified: new Date(), poller: start(source) };
    sources.set(source.id, live);
    return live;
  };
  const check = (source: EventSource) => {
    const { label, functionName, queueArn } = source;
    const [reader, queue] = [functionNamed(functionName), queueOf(queueArn)];
    if (!reader || !queue) throw new Error(`${label}: no ${reader ? queueArn : functionName}`);
    checkEventSource(source, reader.configuration, queue, access);
  };
  const checked = (source: EventSource): EventSource => {
    try {
      check(source);
      return source;
    } catch (cause) {
      throw invalid(String(cause));
    }
  };
  const find = ({ input }: Request): LiveSource => {
    const found = sources.get(String(input['UUID']));
    if (found) return found;
    throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', 404);
  };

  // https://docs.aws.amazon.com/lambda/latest/api/API_GetEventSourceMapping.html
  const described = ({ source, said, modified }: LiveSource, State?: string) => ({
    UUID: source.id,
    EventSourceMappingArn: `${home}:event-source-mapping:${source.id}`,
    EventSourceArn: source.queueArn,
    FunctionArn: functionNamed(source.functionName)?.configuration.arn ?? source.functionName,
    BatchSize: source.batchSize,
    MaximumBatchingWindowInSeconds: 0,
    FunctionResponseTypes: said.FunctionResponseTypes,
    ScalingConfig: said.ScalingConfig,
    ...(source.filters.length > 0 && { FilterCriteria: said.FilterCriteria }),
    LastModified: modified.getTime() / 1000,
    State: State ?? (source.enabled ? 'Enabled' : 'Disabled'),
    StateTransitionReason: 'USER_INITIATED',
  });
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
  const ofFunction = (nameOrArn: string | undefined) => {
    const arn = nameOrArn === undefined ? undefined : functionNamed(nameOrArn)?.configuration.arn;
    return arn === undefined ? {} : { context: { 'lambda:FunctionArn': arn } };
  };
  const on = ({ input }: Request) => {
    const id = String(input['UUID']);
    return [
      { resource: `${home}:event-source-mapping:${id}`, ...ofFunction(sources.get(id)?.source.functionName) },
    ];
  };
  const changes = { responseElements: lowerCamel };
  const matches = ({ source }: LiveSource, asked: z.output<typeof listRequest>) =>
    (asked.EventSourceArn === undefined || source.queueArn === asked.EventSourceArn) &&
    (asked.FunctionName === undefined ||
      functionNamed(source.functionName) === functionNamed(asked.FunctionName));

  return {
    rows: [
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
      {
        name: 'ListEventSourceMappings',
        on: () => [{ resource: '*' }],
        run: ({ input }) => ({
          EventSourceMappings: [...sources.values()]
            .filter((live) =>
              matches(live, readRequest(listRequest, input, 'InvalidParameterValueException')),
            )
            .map((live) => described(live)),
        }),
      },
      { name: 'GetEventSourceMapping', on, run: (request) => described(find(request)) },
      {
        name: 'CreateEventSourceMapping',
        on: ({ input }) => [{ resource: '*', ...ofFunction(String(input['FunctionName'])) }],
        changes,
        run: ({ input }) => {
          const said = readRequest(eventSourceShape, input, 'InvalidParameterValueException');
          const id = randomUUID();
          const taken = [...sources.values()].find(({ source }) => source.queueArn === said.EventSourceArn);
          if (taken)
            throw new AwsError(
              'ResourceConflictException',
              `An event source mapping with SQS arn (" ${said.EventSourceArn} ") and function already exists. ` +
                `Please update or delete the existing mapping with UUID ${taken.source.id}`,
              409,
            );
          return described(put(checked(eventSourceOf(id, id, said)), said), 'Creating');
        },
      },
      {
        name: 'UpdateEventSourceMapping',
        on,
        changes,
        run: (request) => {
          const { source, said } = find(request);
          const changed = readRequest(update, request.input, 'InvalidParameterValueException');
          const given = Object.fromEntries(Object.keys(request.input).map((name) => [name, true]));
          const kept = Object.entries(changed).filter(([name]) => name in given);
          const now = { ...said, ...Object.fromEntries(kept) };
          const live = put(checked(eventSourceOf(source.id, source.label, now)), now);
          return described(live, source.enabled === live.source.enabled ? 'Updating' : undefined);
        },
      },
      {
        name: 'DeleteEventSourceMapping',
        on,
        changes,
        run: (request) => {
          const live = find(request);
          live.poller?.stop();
          sources.delete(live.source.id);
          return described(live, 'Deleting');
        },
      },
    ],
    add: (source) => {
      check(source);
      put(source, {
        FunctionName: source.functionName,
        EventSourceArn: source.queueArn,
        BatchSize: source.batchSize,
        Enabled: source.enabled,
        FunctionResponseTypes: source.reportsItemFailures ? ['ReportBatchItemFailures'] : [],
        ...(Number.isFinite(source.maximumConcurrency) && {
          ScalingConfig: { MaximumConcurrency: source.maximumConcurrency },
        }),
      });
    },
    state: () =>
      new Map(
        [...sources.values()].map(({ source, said }) => [
          `${source.functionName} < ${source.queueArn}`,
          said,
        ]),
      ),
    restart: (queueArn) => {
      for (const { source, said } of sources.values()) if (source.queueArn === queueArn) put(source, said);
    },
    lookAgain: () => {
      for (const { poller } of sources.values()) poller?.lookAgain();
    },
  };
}
