import { readFileSync } from 'node:fs';
import { calledBy, readEvent } from '../../src/record/trigger.ts';
import { readSignal } from '../../src/record/signal.ts';
import { eventOf, stopLogging } from '../fakes/samples.ts';

const signal = (name: string) => JSON.parse(readFileSync(`events/signals/${name}.json`, 'utf8')) as unknown;

describe('what makes the guard look', () => {
  test.each<[string, unknown, string]>([
    ['a call that succeeded is a tampering', stopLogging(), 'tampering'],
    [
      'a call that was refused is an attempt',
      stopLogging(undefined, { errorCode: 'AccessDenied' }),
      'attempt',
    ],
    ['the schedule is a sweep', signal('Sweep'), 'sweep'],
    ['a finding of GuardDuty is a signal', signal('GuardDuty'), 'signal'],
    ['a finding of Security Hub is a signal', signal('SecurityHub'), 'signal'],
    ['a finding of the newer Security Hub is a signal', signal('SecurityHubV2'), 'signal'],
    ['a verdict of AWS Config is a signal', signal('Config'), 'signal'],
    ['a call that is no tampering cannot be understood', eventOf('LookupEvents', {}), 'unreadable'],
    [
      'an event of an unknown source cannot be understood',
      { source: 'example.com', detail: {} },
      'unreadable',
    ],
    [
      'a source that is a name of objects themselves cannot be understood',
      { source: 'constructor' },
      'unreadable',
    ],
    ['a source that is a list cannot be understood', { source: ['aws.config'] }, 'unreadable'],
    ['nothing at all cannot be understood', undefined, 'unreadable'],
  ])('%s', (_rule, event, kind) => {
    expect(readEvent(event).kind).toBe(kind);
  });

  test('only a tampering and an attempt tell of a call', () => {
    expect(calledBy(readEvent(stopLogging()))?.eventName).toBe('StopLogging');
    expect(calledBy(readEvent(stopLogging(undefined, { errorCode: 'AccessDenied' })))?.eventName).toBe(
      'StopLogging',
    );
    expect(calledBy(readEvent(signal('GuardDuty')))).toBeUndefined();
  });
});

describe('the word of another service', () => {
  test.each([
    ['GuardDuty', 'GuardDuty', /CloudTrail/],
    ['SecurityHub', 'Security Hub', /CloudTrail/],
    ['SecurityHubV2', 'Security Hub', /CloudTrail/],
    ['Config', 'AWS Config', /cloud-?trail/],
  ])('of %s is told with its own title', (name, from, title) => {
    expect(readSignal(signal(name))).toEqual({ from, title: expect.stringMatching(title) as string });
  });

  test.each([
    ['without a detail', { source: 'aws.guardduty' }],
    ['with a title that is no text', { source: 'aws.guardduty', detail: { title: { $ne: 1 } } }],
    ['with findings that are no list', { source: 'aws.securityhub', detail: { findings: 'none' } }],
  ])('%s is a signal all the same', (_what, event) => {
    expect(readSignal(event)?.title).toBe('a finding without a title');
  });

  test('is told with its type where it has no title', () => {
    const event = {
      source: 'aws.guardduty',
      detail: { title: '', type: 'Stealth:IAMUser/CloudTrailLoggingDisabled' },
    };

    expect(readSignal(event)?.title).toBe('Stealth:IAMUser/CloudTrailLoggingDisabled');
  });

  test('goes by the id of its event', () => {
    expect(readEvent({ id: 'envelope', detail: { eventID: 'record' } })).toMatchObject({ eventId: 'record' });
    expect(readEvent({ id: '3c9a1f4e', source: 'aws.config' })).toMatchObject({ eventId: '3c9a1f4e' });
    expect(readEvent({ source: 'aws.config' })).not.toHaveProperty('eventId');
  });

  test('is read of no other service', () => {
    expect(readSignal({ source: 'aws.s3', detail: { title: 'x' } })).toBeUndefined();
  });
});
