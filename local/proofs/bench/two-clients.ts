import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { SNSClient } from '@aws-sdk/client-sns';

/** What any function costs that speaks to CloudTrail and SNS, and does nothing yet. */
export const clients = [new CloudTrailClient({}), new SNSClient({})];
