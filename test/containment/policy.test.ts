import * as cloudtrail from '@aws-sdk/client-cloudtrail';
import { DENIED_ACTIONS } from '../../src/containment/policy.ts';
import { TAMPERINGS } from '../../src/kinds/trail/tamperings.ts';

describe('containment denies', () => {
  test('every tampering of every trail', () => {
    expect(DENIED_ACTIONS).toEqual(
      expect.arrayContaining(Object.keys(TAMPERINGS).map((name) => `cloudtrail:${name}`)),
    );
  });

  test('no operation that CloudTrail does not have, and not the repair of a trail', () => {
    const operations = DENIED_ACTIONS.map((action) => action.replace('cloudtrail:', ''));
    expect(operations.filter((operation) => !(`${operation}Command` in cloudtrail))).toEqual([]);
    expect(operations).not.toContain('StartLogging');
  });

  test('each once', () => {
    expect(DENIED_ACTIONS).toEqual([...new Set(DENIED_ACTIONS)]);
  });
});
