import { after, type Repair } from '../../../src/kinds/trail/repair.ts';
import {
  allManagementEvents,
  dataTrail,
  missing,
  observed,
  orgAuditTrail,
  silentAbout,
} from '../../fakes/samples.ts';

const trail = orgAuditTrail.Name;
const { AdvancedEventSelectors = [] } = orgAuditTrail;
const { EventSelectors = [] } = dataTrail;

describe('after a repair has succeeded', () => {
  const stopped = observed(orgAuditTrail, { IsLogging: false, InsightSelectors: [] });

  test('a started trail logs, and its Insights stay as they were', () => {
    expect(after({ kind: 'startLogging', trail }, stopped)).toEqual(
      observed(orgAuditTrail, { InsightSelectors: [] }),
    );
  });

  test('a started trail is known to log, although it could not be read, and the rest stays unread', () => {
    const unread = { logging: 'AccessDeniedException', tags: 'AccessDeniedException' };

    expect(after({ kind: 'startLogging', trail }, { ...stopped, unread }).unread).toEqual({
      tags: 'AccessDeniedException',
    });
  });

  test('a created trail is at home here, has the default selectors, and does not log', () => {
    const create: Repair = {
      kind: 'createTrail',
      trail,
      settings: { S3BucketName: 'audit-logs-123456789012', IsMultiRegionTrail: false },
      tags: [{ Key: 'team', Value: 'security' }],
    };

    expect(after(create, missing(trail))).toEqual({
      Name: trail,
      standing: 'homed',
      state: {
        IsLogging: false,
        S3BucketName: 'audit-logs-123456789012',
        IsMultiRegionTrail: false,
        EventSelectors: [allManagementEvents],
        InsightSelectors: [],
        AggregationConfigurations: [],
        TagsList: [{ Key: 'team', Value: 'security' }],
      },
      unread: {},
      deliveryErrors: [],
    });
  });

  test('an updated trail has the sent fields, keeps the others, and shows a cleared one as absent', () => {
    const settings = { S3BucketName: 'other-bucket', KmsKeyId: '' };
    const { state } = after({ kind: 'updateTrail', trail, settings }, stopped);

    expect(state.S3BucketName).toBe('other-bucket');
    expect(state.KmsKeyId).toBeUndefined();
    expect(state.SnsTopicName).toBe(orgAuditTrail.SnsTopicName);
  });

  test.each([
    ['basic selectors leave no advanced ones', { EventSelectors }, stopped],
    ['advanced selectors leave no basic ones', { AdvancedEventSelectors }, observed(dataTrail)],
  ])('%s', (_sentence, selectors, before) => {
    const { state } = after({ kind: 'putEventSelectors', trail, selectors }, before);

    expect({
      EventSelectors: state.EventSelectors,
      AdvancedEventSelectors: state.AdvancedEventSelectors,
    }).toEqual({ EventSelectors: undefined, AdvancedEventSelectors: undefined, ...selectors });
  });

  test('Insights and aggregation are replaced', () => {
    const { InsightSelectors: selectors, AggregationConfigurations: aggregations } = orgAuditTrail;
    const insights = after({ kind: 'putInsightSelectors', trail, selectors }, observed(dataTrail));
    const all = after({ kind: 'putEventConfiguration', trail, aggregations }, insights);

    expect(all.state).toMatchObject({
      InsightSelectors: selectors,
      AggregationConfigurations: aggregations,
    });
  });

  test('an added tag replaces the one of its key', () => {
    const tags = [{ Key: 'team', Value: 'mallory' }];

    expect(after({ kind: 'addTags', trail, tags }, stopped).state.TagsList).toEqual([
      { Key: 'critical', Value: '' },
      { Key: 'team', Value: 'mallory' },
    ]);
  });

  test('a tag is removed by its key', () => {
    const tags = [{ Key: 'team', Value: 'whatever' }];

    expect(after({ kind: 'removeTags', trail, tags }, stopped).state.TagsList).toEqual([
      { Key: 'critical', Value: '' },
    ]);
  });

  test('tags are added where none were shown', () => {
    const { TagsList: tags } = orgAuditTrail;
    const untold = silentAbout('TagsList', observed(orgAuditTrail));

    expect(after({ kind: 'addTags', trail, tags }, untold).state.TagsList).toEqual(tags);
  });

  test('only the named ones of several tags are removed', () => {
    const tags = ['team', 'owner'].map((Key) => ({ Key, Value: '' }));

    expect(after({ kind: 'removeTags', trail, tags }, stopped).state.TagsList).toEqual([
      { Key: 'critical', Value: '' },
    ]);
  });

  test('the reading that went in is unchanged', () => {
    const before = structuredClone(stopped);
    after({ kind: 'removeTags', trail, tags: orgAuditTrail.TagsList }, stopped);
    after({ kind: 'updateTrail', trail, settings: { KmsKeyId: '' } }, stopped);

    expect(stopped).toEqual(before);
  });
});
