import { build } from 'esbuild';
import { ownSettings } from '../../local/proofs/bench/bundle.ts';

/** The function as it is packaged, with nothing chosen that can be, or containment alone. */
async function bundled(containment: boolean): Promise<string> {
  const { outputFiles } = await build({
    ...(await ownSettings()),
    entryPoints: ['src/handlers/tell.ts'],
    define: {
      BASELINE: 'null',
      SECURITY_HUB: 'false',
      CENTRAL_BUS: '""',
      LOCAL_ENDPOINT: 'false',
      CONTAINMENT: String(containment),
    },
    write: false,
    outfile: 'tell.cjs',
  });
  return outputFiles[0]?.text ?? '';
}

test.each([
  ['has no code for it where it is off', false],
  ['contains where it is on', true],
])('the package %s', async (_, containment) => {
  const code = await bundled(containment);
  const words = ['AttachUserPolicy', 'CONTAIN_POLICY'];
  expect(words.filter((word) => code.includes(word))).toEqual(containment ? words : []);
});
