import type { TrailState } from './observed.ts';
import type { Piece } from './refusals.ts';
import type { Settings, SettingsField } from './repair.ts';

/**
 * The settings of a trail by what can be asked for alone, weightiest first. CloudTrail takes the fields of a pair only together, see
 * `PAIRS` in plan.ts.
 */
export const PIECES = {
  bucket: ['S3BucketName'],
  prefix: ['S3KeyPrefix'],
  regions: ['IsMultiRegionTrail', 'IncludeGlobalServiceEvents'],
  organization: ['IsOrganizationTrail'],
  validation: ['EnableLogFileValidation'],
  key: ['KmsKeyId'],
  logs: ['CloudWatchLogsLogGroupArn', 'CloudWatchLogsRoleArn'],
  topic: ['SnsTopicName'],
  recursion: ['RecursiveLogging'],
} as const satisfies Partial<Record<Piece, readonly SettingsField[]>>;

/** A piece that CreateTrail and UpdateTrail set. */
export type SettingPiece = keyof typeof PIECES;

/**
 * What takes a piece away from a live trail. CloudTrail checks all that a trail has, not only what a call names, so that what is
 * broken in place is taken away for the sake of the rest.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-encryption-cli.html,
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/stop-cloudtrail-from-sending-events-to-cloudwatch-logs.html
 */
export const CLEARED: Readonly<Partial<Record<Piece, Settings>>> = {
  organization: { IsOrganizationTrail: false },
  key: { KmsKeyId: '' },
  logs: { CloudWatchLogsLogGroupArn: '', CloudWatchLogsRoleArn: '' },
  topic: { SnsTopicName: '' },
};

const NAMES = Object.keys(PIECES) as SettingPiece[];

function pick(settings: TrailState, isPicked: (piece: SettingPiece) => boolean): Settings {
  const picked = NAMES.filter(isPicked).flatMap((piece): readonly string[] => PIECES[piece]);
  return Object.fromEntries(Object.entries(settings).filter(([field]) => picked.includes(field)));
}

const isOneOf = (pieces: readonly Piece[], piece: Piece): boolean => pieces.includes(piece);

/** The settings of these pieces. */
export const only = (settings: TrailState, pieces: readonly Piece[]): Settings =>
  pick(settings, (piece) => isOneOf(pieces, piece));

/** The settings of all other pieces. */
export const without = (settings: Settings, pieces: readonly Piece[]): Settings =>
  pick(settings, (piece) => !isOneOf(pieces, piece));

/** The pieces that settings have a say about, weightiest first. */
export const piecesOf = (settings: Settings): SettingPiece[] =>
  NAMES.filter((piece) => Object.keys(only(settings, [piece])).length > 0);

/** Whether settings hold a value of a piece, and not its absence. */
export const isAskedFor = (settings: TrailState, piece: Piece): boolean =>
  Object.values(only(settings, [piece])).some(Boolean);
