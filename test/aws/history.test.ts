import { cloudTrailClient } from '../../src/aws/cloudtrail.ts';
import { eventHistory } from '../../src/aws/history.ts';
import { type Answer, recordedAws, retriesAtOnce } from './recorded-aws.ts';

const NAME = 'org-audit-trail';
const SINCE = Date.parse('2026-11-20T23:00:00Z');

const event = (id: string, time: string, record: unknown = { id }) => ({
  EventId: id,
  EventTime: Date.parse(time) / 1000,
  CloudTrailEvent: typeof record === 'string' ? record : JSON.stringify(record),
});

function history(...answers: Answer[]) {
  const { sent, config } = recordedAws({ LookupEvents: answers });
  const client = cloudTrailClient({ ...config, retryStrategy: retriesAtOnce(2) });
  return { sent, history: eventHistory(() => client) };
}

const none: Answer = { ok: { Events: [] } };

test('one page is asked for by one attribute, between two times', async () => {
  const { sent, history: asked } = history({
    ok: {
      Events: [event('b', '2026-11-20T23:47:12Z'), event('a', '2026-11-20T23:47:11Z')],
      NextToken: 'more',
    },
  });
  const page = await asked.page({ attribute: 'ResourceName', value: NAME }, SINCE, SINCE + 1000, 'token');

  expect(sent.map(({ body }) => body)).toEqual([
    {
      LookupAttributes: [{ AttributeKey: 'ResourceName', AttributeValue: NAME }],
      StartTime: SINCE / 1000,
      EndTime: SINCE / 1000 + 1,
      MaxResults: 50,
      NextToken: 'token',
    },
  ]);
  expect(page).toEqual({
    records: [{ id: 'b' }, { id: 'a' }],
    oldest: Date.parse('2026-11-20T23:47:11Z'),
    next: 'more',
  });
});

test('records come oldest first, those of one second in the order of their calls, each once', async () => {
  const newestFirst = [
    event('c', '2026-11-20T23:47:13Z'),
    event('b', '2026-11-20T23:47:12Z'),
    event('a', '2026-11-20T23:47:12Z'),
  ];
  const { history: asked } = history(
    { ok: { Events: newestFirst, NextToken: 'more' } },
    { ok: { Events: [event('c', '2026-11-20T23:47:13Z')] } },
  );

  await expect(asked.callsNamed('DeleteTrail', SINCE)).resolves.toEqual([
    { id: 'a' },
    { id: 'b' },
    { id: 'c' },
  ]);
});

test('a record that is no JSON is left out', async () => {
  const { history: asked } = history(
    { ok: { Events: [event('a', '2026-11-20T23:47:12Z', '{'), event('b', '2026-11-20T23:47:11Z')] } },
    none,
  );

  await expect(asked.callsNamed('DeleteTrail', SINCE)).resolves.toEqual([{ id: 'b' }]);
});

test('pages are followed, and not for ever', async () => {
  const endless: Answer = { ok: { Events: [event('a', '2026-11-20T23:47:12Z')], NextToken: 'more' } };
  const { sent, history: asked } = history(endless);
  await asked.callsNamed('DeleteTrail', SINCE);

  expect(sent).toHaveLength(5);
});

test('deletions are looked up by the name of the call', async () => {
  const { sent, history: asked } = history(none);
  await asked.callsNamed('DeleteTrail', SINCE);

  expect(sent[0]?.body).toMatchObject({
    LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'DeleteTrail' }],
  });
});

test('every setting is looked up as far back as the history goes', async () => {
  const { sent, history: asked } = history(none);
  await asked.everySetting();

  expect(sent.map(({ body }) => body)).toEqual(
    [
      'CreateTrail',
      'UpdateTrail',
      'PutEventSelectors',
      'PutInsightSelectors',
      'PutEventConfiguration',
      'AddTags',
      'RemoveTags',
    ].map((AttributeValue) => ({
      LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue }],
      MaxResults: 50,
    })),
  );
});

test('a refusal is told by its name', async () => {
  const { history: asked } = history({ error: 'AccessDeniedException' });

  await expect(asked.callsNamed('DeleteTrail', SINCE)).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
});
