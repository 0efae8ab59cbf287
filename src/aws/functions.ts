import { asRecord } from '../foreign/values.ts';
import type { Home } from '../kinds/home.ts';
import type { Port } from '../kinds/kind.ts';
import type { ResourceShape } from '../kinds/resource.ts';
import { type LiveKind, resourcePort } from './resource-port.ts';
import { endpointOf, type SignedAnswer, type SignedRequest } from './signed.ts';

type Input = Readonly<Record<string, unknown>>;

/** Where a repair goes: https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html */
const ROUTES: Readonly<Record<string, (input: Input) => [method: SignedRequest['method'], path: string]>> = {
  UpdateFunctionConfiguration: (input) => ['PUT', `/2015-03-31/functions/${name(input)}/configuration`],
  DeleteFunctionConcurrency: (input) => ['DELETE', `/2017-10-31/functions/${name(input)}/concurrency`],
  PutFunctionEventInvokeConfig: (input) => [
    'PUT',
    `/2019-09-25/functions/${name(input)}/event-invoke-config`,
  ],
  AddPermission: (input) => ['POST', `/2015-03-31/functions/${name(input)}/policy`],
  RemovePermission: (input) => [
    'DELETE',
    `/2015-03-31/functions/${name(input)}/policy/${encodeURIComponent(String(input['StatementId']))}`,
  ],
  UpdateEventSourceMapping: (input) => ['PUT', `/2015-03-31/event-source-mappings/${String(input['UUID'])}`],
  CreateEventSourceMapping: () => ['POST', '/2015-03-31/event-source-mappings'],
};

function name({ FunctionName }: Input): string {
  return encodeURIComponent(String(FunctionName));
}

const NOT_THERE = 'ResourceNotFoundException';

/** What is asked, and answered with nothing where there is none: Lambda says so of what belongs to a function as of the function. */
async function orNothing(asked: Promise<SignedAnswer>): Promise<Input> {
  try {
    return (await asked).output;
  } catch (error) {
    if (error instanceof Error && error.name === NOT_THERE) return {};
    throw error;
  }
}

const ON_THE_WAY_ON = ['Enabled', 'Enabling', 'Creating', 'Updating'];

function mappingOf(listed: unknown): Input {
  const { EventSourceArn, BatchSize, FunctionResponseTypes, FilterCriteria, State, UUID } = asRecord(listed);
  const Enabled = ON_THE_WAY_ON.includes(String(State));
  return { EventSourceArn, Enabled, BatchSize, FunctionResponseTypes, FilterCriteria, UUID };
}

/** The functions of Lambda here, by lean requests: the function that heals keeps the other one alive by them. */
export function liveFunctions(
  request: (request: SignedRequest) => Promise<SignedAnswer>,
  home: Home,
  endpoint?: string,
): Port<ResourceShape> {
  const base = endpointOf('lambda', home, endpoint);
  const get = (path: string) => request({ service: 'lambda', url: base + path, method: 'GET' });
  const send: LiveKind['send'] = async (call, input) => {
    const route = Object.hasOwn(ROUTES, call) ? ROUTES[call] : undefined;
    if (!route) throw new Error(`${call} is no repair of a function`);
    const [method, path] = route(input as Input);
    const { requestId } = await request({
      service: 'lambda',
      url: base + path,
      method,
      ...(method !== 'DELETE' && { body: input }),
    });
    return { $metadata: { ...(requestId && { requestId }) } };
  };
  return resourcePort({
    missing: [NOT_THERE],
    send,
    readings: (FunctionName) => {
      const path = `/2015-03-31/functions/${encodeURIComponent(FunctionName)}`;
      return [
        {
          fields: [
            'Handler',
            'Runtime',
            'Role',
            'Timeout',
            'MemorySize',
            'Environment',
            'Layers',
            'FileSystemConfigs',
            'KMSKeyArn',
            'VpcConfig',
            'LoggingConfig',
            'CodeSha256',
          ],
          read: async () => (await get(`${path}/configuration`)).output,
        },
        {
          fields: ['ReservedConcurrentExecutions'],
          read: () => orNothing(get(`/2019-09-30/functions/${encodeURIComponent(FunctionName)}/concurrency`)),
        },
        {
          fields: ['EventInvokeConfig'],
          read: async () => {
            const found = await orNothing(
              get(`/2019-09-25/functions/${encodeURIComponent(FunctionName)}/event-invoke-config`),
            );
            const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = found;
            return {
              EventInvokeConfig: { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig },
            };
          },
        },
        {
          fields: ['Policy'],
          read: async () => ({ Policy: (await orNothing(get(`${path}/policy`)))['Policy'] }),
        },
        {
          fields: ['EventSourceMapping'],
          read: async () => {
            const { output } = await get(
              `/2015-03-31/event-source-mappings?FunctionName=${encodeURIComponent(FunctionName)}`,
            );
            const list = Array.isArray(output['EventSourceMappings']) ? output['EventSourceMappings'] : [];
            return { EventSourceMapping: list.map(mappingOf) };
          },
        },
      ];
    },
  });
}
