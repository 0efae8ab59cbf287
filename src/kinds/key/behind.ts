import { asRecord, asRecords, asText } from '../../foreign/values.ts';

/** The ARN of the key by which another kind of resource encrypts what comes into it; undefined where it says none, or says it otherwise. */
export function keyBehind(kind: string, fields: Readonly<Record<string, unknown>>): string | undefined {
  const [rule] = asRecords(asRecord(fields['ServerSideEncryptionConfiguration'])['Rules']);
  const said: Readonly<Record<string, unknown>> = {
    bucket: asRecord(asRecord(rule)['ApplyServerSideEncryptionByDefault'])['KMSMasterKeyID'],
    'log-group': fields['kmsKeyId'],
    topic: fields['KmsMasterKeyId'],
  };
  const key = asText(said[kind]);
  return key !== undefined && /^arn:[a-z-]+:kms:[^:]+:\d{12}:key\//.test(key) ? key : undefined;
}
