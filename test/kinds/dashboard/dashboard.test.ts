import { dashboard } from '../../../src/kinds/dashboard/dashboard.ts';
import { isNamedIn, knownCall } from '../../../src/kinds/kinds.ts';
import { type DeclaredResource, loopKind, type ObservedResource } from '../../../src/kinds/resource.ts';

const HOME = { partition: 'aws', region: 'us-east-1', account: '111122223333' };
const NAME = 'trailkeeper-drill-us-east-1';
const body = { widgets: [{ type: 'text', width: 12, properties: { markdown: 'whole' } }] };

const declared: DeclaredResource = {
  kind: 'dashboard',
  name: NAME,
  purpose: 'guard',
  watch: 'enforce',
  trails: [],
  fields: { DashboardBody: JSON.stringify(body) },
};
const live = (DashboardBody: unknown): ObservedResource => ({
  name: NAME,
  standing: 'here',
  unread: {},
  state: { DashboardBody },
});

const kind = loopKind(dashboard, HOME);
const mended = (observed: ObservedResource) =>
  kind.plan(declared, observed).reduce((seen, repair) => kind.after(repair, seen), observed);

test('a dashboard as declared has no drift, however it is written', () => {
  expect(kind.drift(declared, live(JSON.stringify(body, null, 2)))).toEqual([]);
  expect(kind.drift({ ...declared, fields: { DashboardBody: body } }, live(JSON.stringify(body)))).toEqual(
    [],
  );
});

test.each([
  ['shows nothing', live('{"widgets":[]}')],
  ['is no JSON', live('{"widgets":')],
  ['has no body', live(undefined)],
  ['is gone', { name: NAME, standing: 'missing', unread: {}, state: {} } as const],
])('a dashboard that %s is put back', (_what, observed) => {
  expect(kind.plan(declared, observed)).toMatchObject([
    { kind: 'PutDashboard', input: { DashboardName: NAME, DashboardBody: JSON.stringify(body) } },
  ]);
  expect(kind.drift(declared, mended(observed))).toEqual([]);
});

test.each([
  ['PutDashboard', { dashboardName: NAME }, true],
  ['DeleteDashboards', { dashboardNames: ['another', NAME] }, true],
  ['DeleteDashboards', { dashboardNames: ['another'] }, false],
])('a call of %s with %p is about it: %p', (call, request, expected) => {
  expect(knownCall('monitoring.amazonaws.com', call)).toMatchObject({ kind: 'dashboard' });
  expect(isNamedIn(request, declared, HOME)).toBe(expected);
});
