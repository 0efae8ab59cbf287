import type { Endpoint } from '../../local/aws/wire/exchange.ts';
import { withoutNetwork } from '../../local/aws/wire/no-network.ts';
import { drillAccount } from '../../src/aws/drill-account.ts';
import { readSources } from '../../src/aws/evidence.ts';
import { readExamined } from '../../src/aws/examine.ts';
import { windowPlace } from '../../src/aws/opened-windows.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const MINUTE = 60_000;
const now = () => NOW;

/** What AWS answers to whatever it is asked: an error in the words of the protocol, or that there is nothing. */
interface Answers {
  readonly json: string;
  readonly query: string;
  /** How far the clock of AWS is ahead, in ms. */
  readonly ahead?: number;
}

function endpoint({ json, query, ahead = 0 }: Answers, asked: string[]): Endpoint {
  return ({ headers }) => {
    const target = headers['x-amz-target'];
    asked.push(typeof target === 'string' ? target : 'DescribeStacks');
    const isJson = target !== undefined;
    const isError = (isJson ? json : query) !== '';
    const body = isJson
      ? isError
        ? JSON.stringify({ __type: json, message: 'AWS says no.' })
        : JSON.stringify({ TableNames: [] })
      : `<ErrorResponse><Error><Code>${query || 'ValidationError'}</Code><Message>${query ? 'AWS says no.' : 'Stack with id trailkeeper-prod does not exist'}</Message></Error></ErrorResponse>`;
    return Promise.resolve({
      status: isError || !isJson ? 400 : 200,
      headers: {
        date: new Date(NOW + ahead).toUTCString(),
        'content-type': isJson ? 'application/x-amz-json-1.0' : 'text/xml',
      },
      body,
    });
  };
}

const place = { service: 'trailkeeper', stage: 'prod', region: 'us-east-1' };
const nobody = () =>
  Promise.reject(
    Object.assign(new Error('Could not load credentials from any providers'), {
      name: 'CredentialsProviderError',
    }),
  );

/** What each command asks AWS first: where it does not get past that, it has done nothing. */
const ASKS = {
  doctor: (connection: object) =>
    readExamined({
      ...place,
      connection,
      now,
      tools: { node: '24.0.0', engines: '', serverless: { installed: undefined, wanted: '' } },
      here: { commit: 'none', baseline: undefined },
    }),
  window: (connection: object) =>
    windowPlace({ ...connection, region: 'us-east-1' }, 'trailkeeper-prod', now),
  evidence: (connection: object) =>
    readSources({
      ...place,
      connection,
      now,
      period: { from: 0, until: NOW },
      declared: [],
      without: {},
      commits: { known: [] },
    }),
  drill: (connection: object) => drillAccount({ ...place, connection }),
} as const;

type Command = keyof typeof ASKS;

async function refusalOf(command: Command, answers: Answers | undefined): Promise<[string, string[]]> {
  const asked: string[] = [];
  const connection = {
    credentials: answers ? { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' } : nobody,
    requestHandler: withoutNetwork(endpoint(answers ?? { json: '', query: '' }, asked), 5000),
    maxAttempts: 1,
  };
  const said = await ASKS[command](connection).then(
    () => 'nothing was refused',
    (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown)),
  );
  return [said, asked];
}

const EXPIRED = { json: 'ExpiredTokenException', query: 'ExpiredToken' };
const UNKNOWN_KEY = { json: 'UnrecognizedClientException', query: 'InvalidClientTokenId' };
const DENIED = { json: 'AccessDeniedException', query: 'AccessDenied' };
const NOTHING = { json: '', query: '' };
const AHEAD = { ...NOTHING, ahead: 10 * MINUTE };

test.each<[string, Command, Answers | undefined, RegExp]>([
  ['expired credentials', 'doctor', EXPIRED, /: sign in again$/],
  ['expired credentials', 'window', EXPIRED, /credentials have expired: assume the role WindowRole of/],
  ['expired credentials', 'evidence', EXPIRED, /: sign in again$/],
  ['expired credentials', 'drill', EXPIRED, /: sign in again$/],
  ['a key that AWS does not know', 'doctor', UNKNOWN_KEY, /: sign in again$/],
  ['a key that AWS does not know', 'window', UNKNOWN_KEY, /: sign in again$/],
  ['a key that AWS does not know', 'evidence', UNKNOWN_KEY, /: sign in again$/],
  ['a key that AWS does not know', 'drill', UNKNOWN_KEY, /: sign in again$/],
  ['no credentials', 'doctor', undefined, /: set AWS_PROFILE, or sign in with aws sso login$/],
  ['no credentials', 'window', undefined, /no credentials: assume the role WindowRole of trailkeeper-prod/],
  ['no credentials', 'evidence', undefined, /: set AWS_PROFILE, or sign in with aws sso login$/],
  ['no credentials', 'drill', undefined, /: set AWS_PROFILE, or sign in with aws sso login$/],
  ['missing rights', 'window', DENIED, /: assume the role WindowRole of trailkeeper-prod, with MFA/],
  ['missing rights', 'evidence', DENIED, /: grant dynamodb:ListTables on \*$/],
  ['missing rights', 'drill', DENIED, /: grant dynamodb:ListTables on \*$/],
  [
    'a stage that is not deployed',
    'doctor',
    NOTHING,
    /npx serverless deploy --stage prod --region us-east-1$/,
  ],
  ['a stage that is not deployed', 'window', NOTHING, /no stack trailkeeper-prod here: check --stage/],
  ['a stage without a ledger', 'evidence', NOTHING, /npx serverless deploy --stage prod --region us-east-1$/],
  ['a stage without a ledger', 'drill', NOTHING, /npx serverless deploy --stage prod --region us-east-1$/],
  ['a wrong clock', 'doctor', AHEAD, /^The clock of this machine is 10 minutes behind AWS: set it$/],
  ['a wrong clock', 'evidence', AHEAD, /^The clock of this machine is 10 minutes behind AWS: set it/],
])('of %s, %s says one line with the remedy, and asks no more', async (_what, command, answers, remedy) => {
  const [said, asked] = await refusalOf(command, answers);
  expect(said).toMatch(remedy);
  expect(said).not.toContain('\n');
  expect(asked.length).toBeLessThanOrEqual(1);
});
