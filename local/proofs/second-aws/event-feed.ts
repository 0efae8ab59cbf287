import type { CloudTrailRecord } from '../../aws/cloudtrail/cloudtrail-record.ts';

/** The records of all changes of trails on their way to EventBridge. */
export interface EventFeed {
  /** Since they were last forgotten, in order. */
  readonly records: readonly CloudTrailRecord[];
  readonly put: (record: CloudTrailRecord) => void;
  /** Hands every further record to a receiver; until there is one, nobody hears of them. */
  readonly listen: (receiver: (record: CloudTrailRecord) => void) => void;
  /** Records wait from now on until what is returned is called: then they are delivered all at once, or are lost. */
  readonly hold: () => (delivered: boolean) => void;
  readonly forget: () => void;
}

/** A feed that nobody listens to yet. */
export function eventFeed(): EventFeed {
  const records: CloudTrailRecord[] = [];
  let held: CloudTrailRecord[] | undefined;
  let deliver: (record: CloudTrailRecord) => void = () => undefined;
  return {
    records,
    put: (record) => {
      records.push(record);
      if (held) held.push(record);
      else deliver(record);
    },
    listen: (receiver) => {
      deliver = receiver;
    },
    hold: () => {
      held = [];
      return (delivered) => {
        const waiting = held ?? [];
        held = undefined;
        if (delivered) waiting.forEach(deliver);
      };
    },
    forget: () => {
      records.length = 0;
    },
  };
}
