import { readdirSync, readFileSync } from 'node:fs';
import { packaged } from '../../src/packaging/package.ts';
import { together } from '../../src/packaging/parts.ts';
import { framework } from '../fakes/framework.ts';
import { partsOf } from '../packages/parts-of.ts';

const { holds } = await packaged(framework());
const all = Object.fromEntries(Object.keys(holds).map((name) => [name, true]));
const none = Object.fromEntries(Object.keys(holds).map((name) => [name, false]));

describe('parts of the template', () => {
  test('are put together by their sections', () => {
    const one = { Resources: { A: { Type: 'a' } }, Outputs: { X: { Value: 1 } } };
    const other = { Resources: { B: { Type: 'b' } } };
    expect(together([one, other], holds)).toEqual({
      Resources: { A: { Type: 'a' }, B: { Type: 'b' } },
      Outputs: { X: { Value: 1 } },
    });
  });

  const guarded = (Resources: object) => [{ Resources: { Always: {}, ...Resources } }];

  test.each<[string, object[], object]>([
    ['a part', [{ Resources: { Always: {} } }, { When: 'hasSink', Resources: { Sink: {} } }], { Sink: {} }],
    ['a resource', guarded({ Sink: { When: 'hasSink', Type: 'x' } }), { Sink: { Type: 'x' } }],
    [
      'an item of a list',
      guarded({ Role: { Statement: [{ When: 'hasSink', Sid: 'One' }] } }),
      { Role: { Statement: [{ Sid: 'One' }] } },
    ],
  ])('keep %s that has a When where that holds, and the When itself nowhere', (_, parts, kept) => {
    expect(together(parts, { ...holds, hasSink: true })).toEqual({ Resources: { Always: {}, ...kept } });
    const left = JSON.stringify(together(parts, { ...holds, hasSink: false }));
    expect(left).toContain('Always');
    expect(left).not.toMatch(/When|Type|Sid/);
  });

  test.each(['hasSync', '', 'constructor', null, true])('cannot ask for %j', (When) => {
    expect(() => together([{ When, Resources: {} }], holds)).toThrow(
      `When is ${JSON.stringify(When)} in resources/: allowed are declaresTrails and `,
    );
  });

  test('ask for nothing that packaging does not know, and for all that it knows', async () => {
    await expect(partsOf({}, { holds: all })).resolves.toHaveProperty('Resources.Sink');
    await expect(partsOf({}, { holds: none })).resolves.not.toHaveProperty('Resources.Sink');
    const texts = readdirSync('resources').map((file) => readFileSync(`resources/${file}`, 'utf8'));
    const asked = texts.flatMap((text) => [...text.matchAll(/When: (\w+)$/gm)].map(([, name]) => name));
    expect([...new Set(asked)].sort()).toEqual(Object.keys(holds).sort());
  });

  test('have no resource in common, for the second would take the place of the first', () => {
    const ids = readdirSync('resources').flatMap((file) => {
      const [, resources = ''] = readFileSync(`resources/${file}`, 'utf8').split(/^Resources:$/m);
      return resources.split(/^\w+:$/m)[0]?.match(/^ {2}\w+(?=:$)/gm) ?? [];
    });
    expect(ids.length).toBeGreaterThan(20);
    expect(ids).toEqual([...new Set(ids)]);
  });
});
