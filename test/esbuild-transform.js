import { createHash } from 'node:crypto';
import { transformSync, version } from 'esbuild';

/** Jest transform: esbuild, which already builds the package, strips the types. */
export default {
  getCacheKey: (source, path, { configString }) =>
    createHash('sha256')
      .update([version, process.version, path, source, configString].join('\0'))
      .digest('hex'),
  process: (source, path) =>
    transformSync(source, {
      loader: 'ts',
      format: 'esm',
      target: 'node20',
      sourcemap: 'inline',
      sourcefile: path,
    }),
};
