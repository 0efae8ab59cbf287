import { CloudTrailClient, StartLoggingCommand } from '@aws-sdk/client-cloudtrail';

const client = new CloudTrailClient({});

/** The least that starts a trail again: no baseline, no reading, no verification, no alert. */
export const handler = (event: { detail: { requestParameters: { name: string } } }) =>
  client.send(new StartLoggingCommand({ Name: event.detail.requestParameters.name }));
