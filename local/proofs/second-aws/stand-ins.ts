import { randomUUID } from 'node:crypto';
import { AwsError } from '../../aws/wire/aws-error.ts';
import type { CloudTrailRecord } from '../../aws/cloudtrail/cloudtrail-record.ts';
import { lookUpEvents } from '../../aws/cloudtrail/event-history.ts';
import type { Answer } from './forward.ts';
import { ask } from './raw.ts';

interface Configured {
  readonly TrailName: string;
  readonly AggregationConfigurations?: readonly unknown[];
}

/** Gives the answer in the place of an endpoint that has no such operation; undefined where the endpoint's own holds. */
export type StandIn = (
  operation: string,
  region: string,
  input: unknown,
  answer: Answer,
) => Promise<Answer | undefined>;

const TARGET = 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101';

/** Emulators say in different ways that they do not know an operation; none of them is a modelled error of CloudTrail's. */
function isLacking({ status, body }: Answer): boolean {
  return (
    status >= 500 || (status >= 400 && /UnknownOperation|NotImplemented|InvalidAction/.test(body.toString()))
  );
}

function json(status: number, body: object): Answer {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() },
    body: Buffer.from(JSON.stringify(body)),
  };
}

/** Stand-ins for the Event history, told from `history`, and for the event configuration of the endpoint's trails. */
export function standIns(endpoint: string, history: readonly CloudTrailRecord[]): StandIn {
  const aggregations = new Map<string, readonly unknown[]>();

  const arnOf = async (region: string, Name: string): Promise<string> => {
    const body = JSON.stringify({ Name });
    const read = await ask(endpoint, {
      service: 'cloudtrail',
      region,
      target: `${TARGET}.GetTrail`,
      body,
    }).catch(() => {
      throw new AwsError('TrailNotFoundException', `Unknown trail: ${Name}`);
    });
    return (JSON.parse(read) as { Trail: { TrailARN: string } }).Trail.TrailARN;
  };
  const answers: Readonly<Record<string, (region: string, input: unknown) => Promise<object>>> = {
    LookupEvents: (region, input) =>
      Promise.resolve(
        lookUpEvents(
          history.map((record) => ({ record, visibleAt: 0 })),
          region,
          input,
        ),
      ),
    PutEventConfiguration: async (region, input) => {
      const { TrailName, AggregationConfigurations = [] } = input as Configured;
      const TrailARN = await arnOf(region, TrailName);
      aggregations.set(TrailARN, AggregationConfigurations);
      return { TrailARN, AggregationConfigurations };
    },
    GetEventConfiguration: async (region, input) => {
      const TrailARN = await arnOf(region, (input as Configured).TrailName);
      return { TrailARN, AggregationConfigurations: aggregations.get(TrailARN) ?? [] };
    },
  };

  return async (operation, region, input, answer) => {
    // A new trail has none of the settings of one that had its name.
    if (operation === 'CreateTrail' && answer.status < 300)
      aggregations.delete((JSON.parse(answer.body.toString()) as { TrailARN: string }).TrailARN);
    const stand = answers[operation];
    if (!stand || !isLacking(answer)) return undefined;
    try {
      return json(200, await stand(region, input));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return json(error.status, { __type: error.name, message: error.message });
    }
  };
}
