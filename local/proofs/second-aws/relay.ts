import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Activity, trackActivity } from '../../aws/wire/activity.ts';
import { AwsError } from '../../aws/wire/aws-error.ts';
import { type CloudTrailRecord, cloudTrailRecord } from '../../aws/cloudtrail/cloudtrail-record.ts';
import { recordedAs } from '../../aws/cloudtrail/cloudtrail.ts';
import { fieldsOf, operationOf } from '../../aws/wire/json-protocol.ts';
import { listen } from '../../aws/wire/loopback.ts';
import { principalRegistry, type Principals } from '../../aws/iam/principal.ts';
import { bodyOf } from './body-of.ts';
import { type Answer, forward } from './forward.ts';
import { ACCOUNT } from './raw.ts';
import { standIns } from './stand-ins.ts';

/** Stands in front of an endpoint, and adds what an account has and the endpoint lacks. */
export interface Relay {
  readonly endpoint: string;
  /** Registers a caller: whose call it is stands in the records. */
  readonly signIn: Principals['signIn'];
  /** The operations of CloudTrail that the endpoint lacks and the relay answered. */
  readonly stoodInFor: () => readonly string[];
  /** As if the Event history went back no further than to this moment. */
  readonly forgetHistory: () => void;
  /** Idle when no call is under way. */
  readonly activity: Activity;
  readonly close: () => Promise<void>;
}

function outcomeOf({ status, body }: Answer): { output: unknown } | { error: AwsError } {
  if (status < 300) return { output: JSON.parse(body.toString()) as unknown };
  try {
    const { __type = '', message = '' } = JSON.parse(body.toString()) as Record<string, string>;
    return { error: new AwsError(__type.split('#').pop() ?? '', message) };
  } catch {
    return { error: new AwsError('InternalFailure', `HTTP ${status}`) };
  }
}

/**
 * Starts the relay on 127.0.0.1. Every request goes to the endpoint as it came, only with the emulator's credentials; the
 * record of each changing call of CloudTrail's is kept for the Event history, and handed to `witness`.
 */
export async function startRelay(
  endpoint: string,
  witness: (record: CloudTrailRecord) => void,
): Promise<Relay> {
  const principals = principalRegistry();
  const activity = trackActivity();
  const history: CloudTrailRecord[] = [];
  const stoodInFor = new Set<string>();
  const standIn = standIns(endpoint, history);

  /** What comes back of a call of CloudTrail's, once it has been recorded. */
  const attend = async (
    operation: string,
    { authorization = '', 'user-agent': userAgent = '' }: IncomingHttpHeaders,
    body: Buffer,
    forwarded: Answer,
  ): Promise<Answer> => {
    const [, accessKeyId = '', region = ''] = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(authorization) ?? [];
    const input = fieldsOf(body.toString());
    const instead = await standIn(operation, region, input, forwarded);
    if (instead) stoodInFor.add(operation);
    const answer = instead ?? forwarded;
    const recorded = recordedAs(operation);
    if (recorded) {
      const record = cloudTrailRecord({
        operation,
        recorded,
        input,
        principal: principals.byAccessKey(accessKeyId),
        account: ACCOUNT,
        region,
        requestId: answer.headers['x-amzn-requestid'] ?? '',
        userAgent,
        time: new Date(),
        outcome: outcomeOf(answer),
      });
      history.push(record);
      witness(record);
    }
    return answer;
  };

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await bodyOf(request);
    const { 'x-amz-target': target } = request.headers;
    const operation = typeof target === 'string' ? operationOf('CloudTrail_20131101', target) : undefined;
    const forwarded = await forward(endpoint, request, body);
    const answer =
      operation === undefined ? forwarded : await attend(operation, request.headers, body, forwarded);
    response.writeHead(answer.status, answer.headers).end(answer.body);
  };

  const server = createServer((request, response) => {
    const served = serve(request, response).catch((error: unknown) => {
      response.writeHead(502).end(String(error));
    });
    void activity.track(served);
  });
  server.keepAliveTimeout = 60_000;
  const { url, close } = await listen(server);
  return {
    endpoint: url,
    signIn: principals.signIn,
    stoodInFor: () => [...stoodInFor],
    forgetHistory: () => {
      history.length = 0;
    },
    activity,
    close,
  };
}
