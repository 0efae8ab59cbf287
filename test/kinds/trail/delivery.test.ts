import { gapSince, deliveryFaults } from '../../../src/kinds/trail/delivery.ts';
import type { ObservedTrail, Times } from '../../../src/kinds/trail/observed.ts';
import { observed, orgAuditTrail } from '../../fakes/samples.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const HOUR = 60 * 60 * 1000;

const reading = (times: Times, state: ObservedTrail['state'] = {}, deliveryErrors: string[] = []) =>
  observed(orgAuditTrail, state, { times, deliveryErrors });

const fresh: Times = {
  startedLogging: NOW - 100 * HOUR,
  deliveredLogFile: NOW - HOUR,
  deliveredDigest: NOW - HOUR,
};

type Selectors = NonNullable<ObservedTrail['state']['AdvancedEventSelectors']>;
const only = (category: string, ...conditions: Selectors[number]['FieldSelectors']) => ({
  FieldSelectors: [{ Field: 'eventCategory', Equals: [category] }, ...conditions],
});
const dataOnly = only('Data', { Field: 'resources.type', Equals: ['AWS::S3::Object'] });
const writesOnly = only('Management', { Field: 'readOnly', Equals: ['false'] });
const withoutCloudTrail = only('Management', {
  Field: 'eventSource',
  NotEquals: ['cloudtrail.amazonaws.com'],
});

/** A trail whose last log file is two days old. */
const quiet = (AdvancedEventSelectors: Selectors) =>
  reading({ ...fresh, deliveredLogFile: NOW - 48 * HOUR }, { AdvancedEventSelectors });

describe('a trail is well', () => {
  test.each<[string, ObservedTrail]>([
    ['when it has just delivered', reading(fresh)],
    [
      'when it was started less than a day ago and has nothing to show yet',
      reading({ startedLogging: NOW - HOUR }),
    ],
    ['when CloudTrail tells no times at all', reading({})],
    ['when nobody read its times', observed(orgAuditTrail)],
    [
      'when it delivers no digests because it validates nothing',
      reading({ ...fresh, deliveredDigest: NOW - 30 * HOUR }, { EnableLogFileValidation: false }),
    ],
    [
      'when it is stopped, for then it has another illness',
      reading({ ...fresh, deliveredLogFile: NOW - 30 * HOUR }, { IsLogging: false }),
    ],
    ['when nothing was recorded that could be delivered, and digests come', quiet([dataOnly])],
    ['when it records changes only, and there may have been none', quiet([dataOnly, writesOnly])],
    ['when it leaves out the calls to CloudTrail', quiet([withoutCloudTrail])],
    [
      'when only its logging was read, so that nobody knows what it records',
      { ...reading({ startedLogging: NOW - 48 * HOUR }), state: { IsLogging: true } },
    ],
  ])('%s', (_when, trail) => {
    expect(deliveryFaults(trail, NOW)).toEqual([]);
  });
});

describe('a trail ails', () => {
  test.each<[string, ObservedTrail, string[]]>([
    [
      'when CloudTrail says what it cannot deliver',
      reading(fresh, {}, ['log files to S3: NoSuchBucket']),
      ['log files to S3: NoSuchBucket'],
    ],
    [
      'when no log file has come for a day',
      reading({ ...fresh, deliveredLogFile: NOW - 25 * HOUR }),
      ['log files to S3: none since 2026-11-19T11:00Z'],
    ],
    [
      'when no digest has come for a day',
      reading({ ...fresh, deliveredDigest: NOW - 24 * HOUR }),
      ['digest files to S3: none since 2026-11-19T12:00Z'],
    ],
    [
      'when it records the readings of the guard, and delivers nothing of them',
      quiet([dataOnly, only('Management')]),
      ['log files to S3: none since 2026-11-18T12:00Z'],
    ],
    [
      'when it records no such thing, and not even its digests come',
      reading(
        { ...fresh, deliveredLogFile: undefined, deliveredDigest: NOW - 48 * HOUR },
        { AdvancedEventSelectors: [dataOnly] },
      ),
      ['digest files to S3: none since 2026-11-18T12:00Z'],
    ],
    [
      'when it has logged for days and never delivered',
      reading({ startedLogging: NOW - 48 * HOUR, deliveredDigest: NOW }),
      ['log files to S3: none since 2026-11-18T12:00Z'],
    ],
  ])('%s', (_when, trail, expected) => {
    expect(deliveryFaults(trail, NOW)).toEqual(expected);
  });
});

describe('the gap of a trail that logs again', () => {
  const stopped = NOW - 4 * 60_000;
  const started = NOW - 3 * 60_000;
  const since = NOW - 6 * 60_000;

  test.each<[string, ObservedTrail, ReturnType<typeof gapSince>]>([
    [
      'is from the stop to the start',
      reading({ stoppedLogging: stopped, startedLogging: started }),
      { from: stopped, until: started },
    ],
    [
      'is told when the stop is as old as the last sweep, and as the start',
      reading({ stoppedLogging: since, startedLogging: since }),
      { from: since, until: since },
    ],
    [
      'is no news when the stop is older than the last sweep',
      reading({ stoppedLogging: since - 1, startedLogging: started }),
      undefined,
    ],
    [
      'is no gap while it is stopped',
      reading({ stoppedLogging: stopped, startedLogging: started }, { IsLogging: false }),
      undefined,
    ],
    ['is none when it was never stopped', reading({ startedLogging: started }), undefined],
    [
      'is none when the start is older than the stop',
      reading({ stoppedLogging: started, startedLogging: stopped }),
      undefined,
    ],
  ])('%s', (_what, trail, expected) => {
    expect(gapSince(trail, since)).toEqual(expected);
  });
});
