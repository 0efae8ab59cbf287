import { createHash } from 'node:crypto';
import { fitsMessage } from '../../src/aws/queue.ts';
import { heal } from '../../src/healing/heal.ts';
import { CUTS, fittingText } from '../../src/incident/cut-pass.ts';
import { type Pass, passText, readPass } from '../../src/incident/pass.ts';
import type { TrailOutcome } from '../../src/kinds/trail/shape.ts';
import { calledBy, readEvent } from '../../src/record/trigger.ts';
import { tellPass } from '../../src/telling/tell.ts';
import { outcomeOf } from '../fakes/incident.ts';
import { eventOf, mallory, observed, orgAuditTrail } from '../fakes/samples.ts';
import { awsError, guardOf, textOf } from '../fakes/trails.ts';

const name = orgAuditTrail.Name;

/** A text that no compression makes shorter than three quarters, the same at each run. */
function noise(seed: string, length: number): string {
  let text = '';
  for (let nth = 0; text.length < length; nth += 1)
    text += createHash('sha512').update(`${seed} ${nth}`).digest('base64');
  return text.slice(0, length);
}

const arns = (seed: string, count: number, length: number) =>
  Array.from({ length: count }, (_, nth) => `arn:aws:s3:::${noise(`${seed} ${nth}`, length)}/`);

const selectors = (values: readonly string[]) => [
  {
    Name: 'Reads',
    FieldSelectors: [
      { Field: 'eventCategory', Equals: ['Data'] },
      { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
      { Field: 'resources.ARN', StartsWith: [...values] },
    ],
  },
];

const WIDEST = arns('selectors', 500, 2000);

/** A trail of whose selectors the last value was taken away. */
function narrowed(values: readonly string[], isRefused = false): TrailOutcome {
  const declared = selectors(values);
  const found = selectors(values.slice(0, -1));
  const first = observed(orgAuditTrail, { AdvancedEventSelectors: found });
  const last = isRefused ? first : observed(orgAuditTrail, { AdvancedEventSelectors: declared });
  const drift = { field: 'AdvancedEventSelectors', declared, found } as const;
  const repair = {
    kind: 'putEventSelectors',
    trail: name,
    selectors: { AdvancedEventSelectors: declared },
  } as const;
  const error = Object.assign(awsError('ThrottlingException', 'later'), { requestId: 'refused' });
  const attempts = isRefused
    ? [
        { repair, error },
        { repair, error },
      ]
    : [{ repair, requestId: 'answered' }];
  return { ...outcomeOf(first, last, { attempts }), found: [drift], remaining: isRefused ? [drift] : [] };
}

const event = (request: object = {}) =>
  eventOf(
    'PutEventSelectors',
    { trailName: name, ...request },
    { eventID: 'call', requestID: 'hers', userIdentity: mallory },
  );

const healed = async (given: Partial<Pass>): Promise<Pass> => ({
  ...(await heal(guardOf(), event())),
  requestIds: ['answered', 'refused'],
  ...given,
});

const forged = eventOf(
  'StopLogging',
  { name, padding: noise('request', 900_000) },
  {
    eventID: 'call',
    requestID: 'hers',
    userIdentity: { ...mallory, padding: noise('identity', 900_000) },
    additionalEventData: arns('event', 500, 2000),
  },
);

const long: [what: string, given: Partial<Pass>][] = [
  ['the selectors of a trail', { outcomes: [narrowed(WIDEST)] }],
  [
    'the selectors of five trails, refused',
    { outcomes: Array.from({ length: 5 }, () => narrowed(arns('five', 150, 500), true)) },
  ],
  ['more values than a trail can have', { outcomes: [narrowed(arns('many', 6000, 60), true)] }],
  ['the request', { event: event({ advancedEventSelectors: WIDEST }) }],
  [
    'a finding of another service',
    {
      event: {
        source: 'aws.guardduty',
        id: 'call',
        detail: { title: 'A trail was stopped', resources: WIDEST },
      },
    },
  ],
  ['an event that nobody at AWS wrote', { event: forged }],
  [
    'what AWS has answered',
    {
      outcomes: [
        {
          ...narrowed(['arn:aws:s3:::a/', 'arn:aws:s3:::b/']),
          attempts: Array.from({ length: 50 }, (_, nth) => ({
            repair: { kind: 'startLogging', trail: name } as const,
            error: awsError('InvalidParameterException', noise(`answer ${nth}`, 20_000)),
          })),
        },
      ],
    },
  ],
];

describe('a pass that is too long is cut until it fits', () => {
  test.each(long)('%s', async (_what, given) => {
    const pass = await healed(given);
    expect(fitsMessage(passText(pass))).toBe(false);
    const text = fittingText(pass, fitsMessage);
    const read = readPass(text);

    expect(fitsMessage(text)).toBe(true);
    expect(read.cut?.length).toBeGreaterThan(0);
    expect(read.requestIds).toEqual(pass.requestIds);
    expect(
      read.outcomes.flatMap(({ attempts }) =>
        attempts.map((each) => each.requestId ?? each.error?.requestId),
      ),
    ).toEqual(
      pass.outcomes.flatMap(({ attempts }) =>
        attempts.map((each) => each.requestId ?? each.error?.requestId),
      ),
    );
    expect(read.outcomes.flatMap(({ found }) => found.map(({ field }) => field))).toEqual(
      pass.outcomes.flatMap(({ found }) => found.map(({ field }) => field)),
    );
    const [before, after] = [pass.event, read.event].map((each) => {
      const call = calledBy(readEvent(each));
      return call && { ...call, request: {} };
    });
    expect(after).toEqual(before);
  });
});

test('a pass that fits is handed over as it is', async () => {
  const pass = await healed({ outcomes: [narrowed(arns('few', 20, 60))] });

  expect(fittingText(pass, fitsMessage)).toBe(passText(pass));
});

test('what nobody is told is cut first, and then no more than it takes', async () => {
  const values = arns('values', 250, 500);
  const pass = await healed({ outcomes: [narrowed(values)] });
  const { cut } = readPass(fittingText(pass, (text) => text.length < passText(pass).length));

  expect(cut).toEqual([CUTS[0]?.[0]]);
});

test('of two values that differ at their end, the cut says so', async () => {
  const guard = guardOf();
  const values = WIDEST.map((value) => `${value}end`);
  const pass = await healed({ outcomes: [narrowed(values)] });
  await tellPass(guard, readPass(fittingText(pass, fitsMessage)), 'message');

  expect(guard.alerts.sent).toHaveLength(1);
  expect(textOf(guard.alerts.sent[0])).toContain(values.at(-1)?.slice(0, 40));
});
