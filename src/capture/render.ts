import { Document, visit } from 'yaml';
import type { Baseline, Declaration, DeliveryPath } from '../baseline/baseline.ts';
import { isEqual } from '../kinds/resource.ts';
import { sameValue } from '../kinds/trail/drift.ts';
import { fields } from '../kinds/trail/fields.ts';

const HEADER = `# yaml-language-server: $schema=./schema.json
# Written by npm run capture: the whole state of these trails as CloudTrail showed it; what is absent here was absent there.
# To change a trail on purpose, change it here, have it reviewed, and deploy: the trail follows.
`;

/** The values that a baseline may leave out, for it means them when they are absent. */
const IMPLIED: Readonly<Record<string, unknown>> = {
  DataResources: [],
  ExcludeManagementEventSources: [],
  InsightSelectors: [],
  AggregationConfigurations: [],
  TagsList: [],
  Value: '',
  IsOrganizationTrail: false,
  RecursiveLogging: true,
};

const isImplied = (key: unknown, value: unknown): boolean =>
  // Stryker disable next-line ConditionalExpression: the place in a list is no name either; only the compiler does not see it
  typeof key === 'string' && JSON.stringify(IMPLIED[key]) === JSON.stringify(value);

function withoutImplied(trail: object): unknown {
  return JSON.parse(
    JSON.stringify(trail, (key, value: unknown) => (isImplied(key, value) ? undefined : value)),
  );
}

/** Whatever a reader cannot see or that reorders what is shown: control and format characters, odd separators. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

/**
 * Text whose every character can be seen: the others, but for line ends, as the escapes of a double-quoted YAML string.
 * https://yaml.org/spec/1.2.2/#57-escaped-characters
 */
export function visible(text: string): string {
  return text.replace(new RegExp(UNSEEN, 'gu'), (character) => {
    if (character === '\n') return character;
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
  });
}

/**
 * A baseline as the text of its file, in reading order, without what goes without saying. Equal baselines give equal
 * texts, {@link parseBaseline} reads the same baseline back, and no value can hide from a reviewer.
 */
export function renderBaseline({ Account, AccountAlias, Region, Trails, DeliveryPath }: Baseline): string {
  const ordered = Trails.map((trail) =>
    withoutImplied(Object.fromEntries((['Name', ...fields] as const).map((field) => [field, trail[field]]))),
  );
  const path = DeliveryPath && (JSON.parse(JSON.stringify(DeliveryPath)) as object);
  const document = new Document(
    {
      Account,
      ...(AccountAlias && { AccountAlias }),
      Region,
      Trails: ordered,
      ...(path && { DeliveryPath: path }),
    },
    { aliasDuplicateObjects: false },
  );
  visit(document, {
    Scalar: (_, node) => {
      // Stryker disable next-line ConditionalExpression: a number and a flag show every character
      if (typeof node.value === 'string' && UNSEEN.test(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return HEADER + visible(document.toString({ lineWidth: 0 }));
}

/** Whether two delivery paths declare the same; that something is declared not to be there is not the same as nothing. */
function samePath(a: DeliveryPath = {}, b: DeliveryPath = {}): boolean {
  const lists = ['Buckets', 'Keys', 'LogGroups', 'Roles', 'Topics'] as const;
  const fieldsOf = (declaration: Declaration) =>
    Object.keys(declaration).filter((field) => declaration[field] !== undefined);
  const isSame = (one: Declaration, other: Declaration) =>
    isEqual(fieldsOf(one), fieldsOf(other)) &&
    fieldsOf(one).every((field) => isEqual(one[field], other[field]));
  return (
    isEqual(a.NotWatched, b.NotWatched) &&
    lists.every((list) => {
      const [ours, theirs] = [a[list] ?? [], b[list] ?? []];
      return (
        ours.length === theirs.length &&
        ours.every((one) => theirs.some((other) => other.Name === one.Name && isSame(one, other)))
      );
    })
  );
}

/** Whether two baselines declare the same, in whatever order they say it. */
export function sameBaseline(a: Baseline, b: Baseline): boolean {
  return (
    a.Account === b.Account &&
    a.AccountAlias === b.AccountAlias &&
    a.Region === b.Region &&
    samePath(a.DeliveryPath, b.DeliveryPath) &&
    a.Trails.length === b.Trails.length &&
    a.Trails.every((trail) => {
      const twin = b.Trails.find(({ Name }) => Name === trail.Name);
      return twin !== undefined && fields.every((field) => sameValue(field, trail[field], twin[field]));
    })
  );
}
