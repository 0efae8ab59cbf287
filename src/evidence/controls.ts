import { controlsOf } from '../kinds/trail/controls.ts';

/** A control of a catalogue, what this evidence shows of it, and what an auditor has to see elsewhere. */
export interface Control {
  readonly catalogue: string;
  readonly ids: readonly string[];
  readonly asks: string;
  readonly shows: string;
  readonly showsNot: string;
  readonly source: string;
}

const LOGGING = controlsOf(['IsLogging', 'EnableLogFileValidation', 'KmsKeyId', 'CloudWatchLogsLogGroupArn']);

const SECURITY_HUB = 'https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html';
const NIST = 'https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final';

/** The words are ours; those of the catalogues count. */
export const CONTROL_MAPPINGS: readonly Control[] = [
  {
    catalogue: 'CIS AWS Foundations v7.0',
    ids: LOGGING.filter((id) => id.startsWith('CIS')),
    asks: 'A trail records management events in all Regions, its log files are validated and encrypted.',
    shows:
      'Whether the declared trails were kept as the baseline declares them, and for how long they were not.',
    showsNot:
      'Whether the baseline itself declares what CIS asks for: read baselines/<stage>.yml, or run npm run baselines.',
    source: SECURITY_HUB,
  },
  {
    catalogue: 'AWS Foundational Security Best Practices (FSBP)',
    ids: ['CloudTrail.1', 'CloudTrail.2', 'CloudTrail.4', 'CloudTrail.5'],
    asks: 'The same of a trail: that it logs, is encrypted, validates its files and sends them to CloudWatch Logs.',
    shows: 'How long a finding of these controls could have been true, and that the trail was put back.',
    showsNot: 'The findings of Security Hub: it judges on its own, and takes up to a day.',
    source: SECURITY_HUB,
  },
  {
    catalogue: 'NIST SP 800-53 Rev. 5',
    ids: ['AU-9'],
    asks: 'Audit information and audit tools are protected from unauthorized access, modification and deletion.',
    shows:
      'That changes of the trails were detected and reverted, who made them, and whether this record of it is one unbroken chain.',
    showsNot:
      'Who may read or delete the log files: that is the bucket’s policy, Object Lock and the digest files (aws cloudtrail validate-logs).',
    source: NIST,
  },
  {
    catalogue: 'NIST SP 800-53 Rev. 5',
    ids: ['AU-12'],
    asks: 'The system generates audit records for the events that were chosen.',
    shows: 'How long each trail was logging, at least, and when it was not.',
    showsNot: 'That AWS delivered every record, and that the chosen events are the right ones.',
    source: NIST,
  },
  {
    catalogue: 'SOC 2 (Trust Services Criteria)',
    ids: ['CC7.2'],
    asks: 'Components are monitored for anomalies that point to malicious acts, and anomalies are analysed.',
    shows:
      'That tampering with the trails was looked for, how often, how soon it was seen, and to whom it was attributed.',
    showsNot: 'That a person read the alerts and analysed them: that is in your tickets.',
    source:
      'https://www.aicpa-cima.com/resources/download/2017-trust-services-criteria-with-revised-points-of-focus-2022',
  },
  {
    catalogue: 'ISO/IEC 27001:2022, Annex A',
    ids: ['A.8.15'],
    asks: 'Logs of activities, exceptions and faults are produced, stored, protected and analysed.',
    shows: 'That logs were produced and the production protected, with every interruption.',
    showsNot: 'How long logs are stored, and who analyses them.',
    source: 'https://www.iso.org/standard/27001',
  },
];
