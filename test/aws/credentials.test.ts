import { defaultProvider } from '../../src/aws/credentials.ts';

const NAMES = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const;
const before = NAMES.map((name) => [name, process.env[name]] as const);

afterEach(() => {
  for (const [name, value] of before)
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
});

function environment(values: Readonly<Partial<Record<(typeof NAMES)[number], string>>>): void {
  for (const name of NAMES) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, values);
}

const keys = { AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' };

test('the credentials are those of the environment', async () => {
  environment({ ...keys, AWS_SESSION_TOKEN: 'token' });

  await expect(defaultProvider()()).resolves.toEqual({
    accessKeyId: 'ASIAEXAMPLE',
    secretAccessKey: 'secret',
    sessionToken: 'token',
  });
});

test('a session token is not needed', async () => {
  environment(keys);

  await expect(defaultProvider()()).resolves.toEqual({
    accessKeyId: 'ASIAEXAMPLE',
    secretAccessKey: 'secret',
  });
});

test('they are read when they are needed, for Lambda may renew them', async () => {
  const provider = defaultProvider();
  environment(keys);

  await expect(provider()).resolves.toMatchObject({ accessKeyId: 'ASIAEXAMPLE' });
});

test.each([
  ['there is none', {}],
  ['the secret is missing', { AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE' }],
  ['the key is empty', { ...keys, AWS_ACCESS_KEY_ID: '' }],
])('it says what to set where %s', async (_what, values) => {
  environment(values);

  await expect(defaultProvider()()).rejects.toThrow('set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
});
