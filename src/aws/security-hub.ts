import {
  BatchImportFindingsCommand,
  SecurityHubClient,
  type SecurityHubClientConfig,
} from '@aws-sdk/client-securityhub';
import type { Outlet } from '../alert/alert.ts';
import { finding } from '../alert/finding.ts';
import { PATIENCE } from './timeouts.ts';

/**
 * Security Hub in the account and Region of the guard. Its client is made with the first alert.
 * A finding that Security Hub does not take, though it answers, rejects with the code that it gives.
 * https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html
 */
export function securityHubOutlet(config: SecurityHubClientConfig = {}): Outlet {
  let client: SecurityHubClient | undefined;
  return {
    name: 'Security Hub',
    publish: async ({ report }) => {
      client ??= new SecurityHubClient({ maxAttempts: 5, requestHandler: PATIENCE, ...config });
      const { FailedFindings: [failed] = [] } = await client.send(
        new BatchImportFindingsCommand({ Findings: [finding(report)] }),
      );
      if (failed) throw Object.assign(new Error(failed.ErrorMessage), { name: failed.ErrorCode });
    },
  };
}
