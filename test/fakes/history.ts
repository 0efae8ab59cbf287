import { trailArn } from '../../src/kinds/trail/reference.ts';
import type { Clock } from '../../src/loop/clock.ts';
import type { History } from '../../src/record/history.ts';
import { home } from './samples.ts';

/** A call as the Event history has it. */
interface Filed {
  readonly at: number;
  readonly shownAt: number;
  readonly detail: Readonly<Record<string, unknown>>;
}

const PAGE = 50;

/** The Event history in memory: it shows a call some time after it was made. */
export class FakeHistory implements History {
  readonly #filed: Filed[] = [];
  readonly #clock: Clock;
  /** So many look-ups from now on are refused. */
  refused = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Files a record that shows so many ms after its call. */
  file(detail: Readonly<Record<string, unknown>>, lateMs: number): void {
    const at = Date.parse(String(detail['eventTime']));
    this.#filed.push({ at, shownAt: at + lateMs, detail });
  }

  page: History['page'] = ({ attribute, value }, from, until, next = '0') => {
    if (this.refused > 0) {
      this.refused -= 1;
      return Promise.reject(Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' }));
    }
    const named = ({ requestParameters, eventName, eventID }: Filed['detail']) => {
      const request = (requestParameters ?? {}) as Record<string, unknown>;
      const names = [request['name'], request['trailName'], request['resourceId']];
      return attribute === 'ResourceName' ? names.includes(value) : [eventName, eventID].includes(value);
    };
    const found = this.#filed
      .filter(
        ({ at, shownAt, detail }) =>
          shownAt <= this.#clock.now() && at >= from && at <= until && named(detail),
      )
      .sort((a, b) => b.at - a.at);
    const start = Number(next);
    const page = found.slice(start, start + PAGE);
    const oldest = page.at(-1)?.at;
    return Promise.resolve({
      records: page.map(({ detail }) => detail),
      ...(oldest !== undefined && { oldest }),
      ...(found.length > start + PAGE && { next: String(start + PAGE) }),
    });
  };

  callsNamed: History['callsNamed'] = () => Promise.resolve([]);
  everySetting: History['everySetting'] = () => Promise.resolve([]);
  callsBy: History['callsBy'] = () => Promise.resolve([]);
}

/** The ARN by which some callers name a trail. */
export const arnOf = (name: string): string => trailArn(home, name);
