/** How often a law is put to the test with something new: a quarter of what .ci/nightly does. */
export const runs = (nightly: number): { readonly numRuns: number } => ({
  numRuns: process.env['NIGHTLY'] ? nightly : Math.ceil(nightly / 4),
});
